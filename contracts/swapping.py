"""What follows a device that is replaced. Apps above register what they hold."""

from __future__ import annotations

from collections.abc import Callable

from accounts.viewer import Viewer
from contracts.models import Device

Count = Callable[[Device], int]
Follow = Callable[[Device, Device, Viewer], None]

Inherit = Callable[[Device, Device, Viewer], None]

_counters: list[Count] = []
_heirs: list[Inherit] = []
_followers: list[Follow] = []


def register_swap_follow_up(*, count: Count, follow: Follow) -> None:
    """Have `count(old)` asked how many things are open for a device, to tell before a swap.

    `follow(old, new, actor)` moves them on; it runs in the transaction of the swap.
    """
    if follow not in _followers:
        _counters.append(count)
        _followers.append(follow)


def open_for(device: Device) -> int:
    """Return how many tickets are open for a device."""
    return sum(count(device) for count in _counters)


def move_on(old: Device, new: Device, actor: Viewer) -> None:
    """Have what is open for `old` go on with `new`."""
    for follow in _followers:
        follow(old, new, actor)


def register_heir(inherit: Inherit) -> None:
    """Have `inherit(old, new, actor)` run in every swap, whatever becomes of open tickets."""
    if inherit not in _heirs:
        _heirs.append(inherit)


def hand_on(old: Device, new: Device, actor: Viewer) -> None:
    """Have what belongs to the place of `old` belong to `new`."""
    for inherit in _heirs:
        inherit(old, new, actor)
