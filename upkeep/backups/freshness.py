"""Whether a service may end: is there a verified backup of what was worked on? Pure.

Clause BACKUP: no service on a backed-up system ends without a fresh verified backup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# A backup that was opened and found whole: what a service asks for.
VERIFIED = 2
# These hold what the system was before the work on it.
BEFORE_THE_WORK = frozenset({"safety", "before_firmware", "before_change"})
OPEN = frozenset({"waiting", "running"})


class Freshness(StrEnum):
    """How far the backup is that a service asks for."""

    MET = "met"
    UNDER_WAY = "under_way"
    NOT_VERIFIED = "not_verified"
    FAILED = "failed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Taken:
    """What counts of one backup. `begun_at` is the instant whose state it holds."""

    id: int
    trigger: str
    state: str
    level: int
    is_damaged: bool
    asked_at: datetime
    begun_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """How far it is, and by which backup that is known."""

    freshness: Freshness
    backup_id: int | None = None


def work_began(
    opened_at: datetime, reopened_at: datetime | None, starts: Iterable[datetime]
) -> datetime:
    """Return when the work of this round began.

    That is the first stretch of work that was logged or is being timed since the ticket was opened
    (again); where there is none, the opening itself.
    """
    since = reopened_at or opened_at
    return min((start for start in starts if start >= since), default=since)


def fresh_since(began: datetime, backups: Sequence[Taken]) -> Answer:
    """Return how far the backup of a system is that was worked on since `began`.

    `backups` are those of the system, in any order.
    """
    counting = [one for one in backups if _counts(one, began)]
    for freshness, is_so in TELLING:
        if found := [one for one in counting if is_so(one)]:
            return Answer(freshness, max(found, key=lambda one: one.asked_at).id)
    return Answer(Freshness.NONE)


def _counts(one: Taken, began: datetime) -> bool:
    since = one.begun_at if one.begun_at is not None else one.asked_at
    return since >= began and one.trigger not in BEFORE_THE_WORK


# The first that is so of any backup decides.
TELLING: tuple[tuple[Freshness, Callable[[Taken], bool]], ...] = (
    (
        Freshness.MET,
        lambda one: one.state == "stored" and one.level >= VERIFIED and not one.is_damaged,
    ),
    (Freshness.UNDER_WAY, lambda one: one.state in OPEN),
    (Freshness.NOT_VERIFIED, lambda one: one.state == "stored"),
    (Freshness.FAILED, lambda one: one.state == "failed"),
)
