"""What is sealed in the apps above, for `manage.py rotate_credentials`: each says how it is moved
to the present key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many texts were sealed anew, and in words those that no given key opens."""

    moved: int = 0
    broken: tuple[str, ...] = ()


# Takes the id of a provider; opens scopes of its own, batch by batch. It may be broken off and
# run again.
Reseal = Callable[[int], Resealed]

_registered: list[Reseal] = []


def register_resealing(reseal: Reseal) -> None:
    """Have this done for every provider when the key is rotated."""
    if reseal not in _registered:
        _registered.append(reseal)


def reseal_registered(provider_id: int) -> Resealed:
    """Bring everything registered of a provider to the present key."""
    done = [reseal(provider_id) for reseal in _registered]
    return Resealed(
        sum(one.moved for one in done), tuple(row for one in done for row in one.broken)
    )
