"""Ledgers that upper apps keep: what `manage.py verify_ledgers` walks besides its own."""

from __future__ import annotations

from collections.abc import Callable

Verify = Callable[[int], list[str]]

_ledgers: dict[str, Verify] = {}


def register_ledger(name: str, verify: Verify) -> None:
    """Have `verify(provider_id)` tell in words where a ledger of a provider does not hold."""
    _ledgers[name] = verify


def ledgers() -> dict[str, Verify]:
    """Return the registered ledgers by their names."""
    return dict(_ledgers)
