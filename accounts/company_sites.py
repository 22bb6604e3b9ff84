"""The sites of a customer, which an upper app knows: it says so in `ready()`."""

from __future__ import annotations

from collections.abc import Callable

# (id, name) of the sites in use, in the order in which people read them.
Sites = list[tuple[int, str]]
Finder = Callable[[int], Sites]

_finders: list[Finder] = []


def register_sites(finder: Finder) -> None:
    """Have `finder(customer_id)` asked for sites, within the scope of whoever asks."""
    if finder not in _finders:
        _finders.append(finder)


def sites_of(customer_id: int) -> Sites:
    """Return the sites in use of a customer."""
    return [site for finder in _finders for site in finder(customer_id)]
