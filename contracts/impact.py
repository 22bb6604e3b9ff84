"""What moves when a calendar changes. Apps above register what they know; contracts asks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.viewer import Viewer
from contracts.sla import ServiceCalendar


@dataclass(frozen=True, slots=True)
class Moved:
    """One open deadline that a new calendar would move. Instants are UTC; None: no deadline."""

    reference: str
    subject: str
    customer: str
    metric: str
    old_due: datetime | None
    new_due: datetime | None


Finder = Callable[[int, ServiceCalendar, ServiceCalendar], list[Moved]]
FollowUp = Callable[[int, int, Viewer], None]

_finders: list[Finder] = []
_follow_ups: list[FollowUp] = []


def register_impact(finder: Finder) -> None:
    """Have `finder(calendar_id, old, new)` asked which open deadlines would move."""
    if finder not in _finders:
        _finders.append(finder)


def register_calendar_follow_up(apply: FollowUp) -> None:
    """Have `apply(calendar_id, new_version_id, actor)` called with every new version.

    It runs in the transaction that publishes the version.
    """
    if apply not in _follow_ups:
        _follow_ups.append(apply)


def moved_by(calendar_id: int, old: ServiceCalendar, new: ServiceCalendar) -> list[Moved]:
    """Return every open deadline that moves when `new` replaces `old`."""
    return [moved for finder in _finders for moved in finder(calendar_id, old, new)]


def follow_up(calendar_id: int, new_version_id: int, actor: Viewer) -> None:
    """Have all open tickets of a calendar counted by its new version."""
    for apply in _follow_ups:
        apply(calendar_id, new_version_id, actor)
