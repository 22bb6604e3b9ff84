"""What moves when a calendar or a contract changes. Apps above register; contracts asks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.viewer import Viewer
from contracts.sla import ServiceCalendar


@dataclass(frozen=True, slots=True)
class Moved:
    """One open deadline that a change moves. Instants are UTC; None: no deadline."""

    reference: str
    subject: str
    customer: str
    metric: str
    old_due: datetime | None
    new_due: datetime | None


Finder = Callable[[int, ServiceCalendar, ServiceCalendar], list[Moved]]
FollowUp = Callable[[int, int, Viewer], None]
CoverFollowUp = Callable[[int, datetime, Viewer], list[Moved]]

_finders: list[Finder] = []
_follow_ups: list[FollowUp] = []
_cover_follow_ups: list[CoverFollowUp] = []


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


def register_cover_follow_up(apply: CoverFollowUp) -> None:
    """Have `apply(customer_id, since, actor)` called when contracts changed from `since` on.

    It runs in the transaction of the change, and returns the open deadlines that it moved.
    """
    if apply not in _cover_follow_ups:
        _cover_follow_ups.append(apply)


def follow_cover(customer_id: int, since: datetime, actor: Viewer) -> list[Moved]:
    """Give what was opened since then the promise that now counts for it; return what moved."""
    return [moved for apply in _cover_follow_ups for moved in apply(customer_id, since, actor)]
