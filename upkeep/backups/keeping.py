"""Which backups of a system are kept, and why: grandfather, father, son. Pure.

The newest good one of each day, week, month and year is kept, for as many of these as the rule
says; days count where a backup was taken, in the zone of the site. Never let go are the newest
verified ones, those around firmware updates and changes, the newest of each firmware version, and
those that a person holds. Around work that the portal did are the backups taken for it; around work
by hand the last good one before it, those of its ticket, and the first good one after it. What is
kept around work only may be released by a person: then the other reasons decide over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

# Opened and found whole.
VERIFIED = 2
# The newest ones of these are never let go, whatever the rule says.
LAST_VERIFIED = 3
# What is this young may be looked at by whoever took it.
YOUNG = timedelta(days=7)
AROUND_WORK = frozenset(
    {"safety", "before_firmware", "after_firmware", "before_change", "after_change"}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days, weeks, months and years a backup is kept of."""

    daily: int = 14
    weekly: int = 8
    monthly: int = 12
    yearly: int = 2


@dataclass(frozen=True, slots=True)
class Stored:
    """What counts of one stored backup. `is_busy`: a restore reads it, or somebody refers to it."""

    id: int
    taken_at: datetime
    trigger: str
    level: int
    firmware: str = ""
    is_damaged: bool = False
    is_held: bool = False
    is_busy: bool = False
    is_released: bool = False
    ticket_id: int | None = None

    @property
    def is_verified(self) -> bool:
        """Was it opened and found whole, and is it still?"""
        return self.level >= VERIFIED and not self.is_damaged


@dataclass(frozen=True, slots=True)
class Work:
    """Work that somebody did by hand: not later than `ended_at`, and not before `begun_at`."""

    begun_at: datetime
    ended_at: datetime
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What is kept for one reason: how many backups and bytes, and how many for nothing else."""

    reason: str
    count: int
    size: int
    alone: int
    alone_size: int


AROUND = "around work"
Period = Callable[[datetime], tuple[int, ...]]
PERIODS: Mapping[str, Period] = {
    "daily": lambda at: (at.year, at.month, at.day),
    "weekly": lambda at: tuple(at.isocalendar())[:2],
    "monthly": lambda at: (at.year, at.month),
    "yearly": lambda at: (at.year,),
}


def kept(
    backups: Iterable[Stored],
    rule: Rule,
    *,
    zone: tzinfo,
    now: datetime,
    works: Sequence[Work] = (),
) -> dict[int, tuple[str, ...]]:
    """Return the ids of the backups that are kept, each with every reason why."""
    newest = sorted(backups, key=lambda one: (one.taken_at, one.id), reverse=True)
    reasons: dict[int, list[str]] = {}

    def keep(them: Iterable[Stored], why: str) -> None:
        for one in them:
            reasons.setdefault(one.id, []).append(why)

    keep((one for one in newest if one.is_held), "held")
    keep((one for one in newest if one.is_busy), "in use")
    keep((one for one in newest if now - one.taken_at < YOUNG), "young")
    verified = [one for one in newest if one.is_verified]
    keep(verified[:LAST_VERIFIED], "newest verified")
    if not verified:
        # Better one that nobody could open so far than none.
        keep(newest[:LAST_VERIFIED], "newest")
    keep(_around(newest, works), AROUND)
    keep(_first_of_each(verified, lambda one: one.firmware or None), "newest of its firmware")
    for name, period in PERIODS.items():
        keep(_of_periods(newest, period, getattr(rule, name), zone), name)
    return {backup_id: tuple(whys) for backup_id, whys in reasons.items()}


def shares(reasons: Mapping[int, Sequence[str]], sizes: Mapping[int, int]) -> list[Share]:
    """Return what each reason keeps, the largest first; `sizes` are bytes by the id of a backup."""
    found: dict[str, list[int]] = {}
    for backup_id, whys in reasons.items():
        for why in whys:
            found.setdefault(why, []).append(backup_id)
    told = []
    for why, ids in found.items():
        alone = [one for one in ids if len(reasons[one]) == 1]
        size, alone_size = sum(sizes[one] for one in ids), sum(sizes[one] for one in alone)
        told.append(Share(why, len(ids), size, len(alone), alone_size))
    return sorted(told, key=lambda share: (-share.size, share.reason))


def _around(newest: Sequence[Stored], works: Iterable[Work]) -> list[Stored]:
    around = {one.id: one for one in newest if one.trigger in AROUND_WORK}
    for work in works:
        before = [one for one in newest if one.taken_at <= work.begun_at]
        after = [one for one in reversed(newest) if one.taken_at >= work.ended_at]
        during = [
            one
            for one in newest
            if one.ticket_id is not None
            and one.ticket_id == work.ticket_id
            and work.begun_at <= one.taken_at <= work.ended_at
        ]
        around |= {one.id: one for one in (*_first_good(before), *during, *_first_good(after))}
    return [one for one in newest if one.id in around and not one.is_released]


def _first_good(backups: Sequence[Stored]) -> list[Stored]:
    """Return the first verified one, or the first that is not damaged; at most one."""
    verified = [one for one in backups if one.is_verified]
    return verified[:1] or [one for one in backups if not one.is_damaged][:1]


def _of_periods(newest: Sequence[Stored], period: Period, count: int, zone: tzinfo) -> list[Stored]:
    """Return the best backup of each of the last `count` periods in which there is a good one."""
    best: dict[tuple[int, ...], Stored] = {}
    for one in newest:
        if one.is_damaged:
            continue
        key = period(one.taken_at.astimezone(zone))
        there = best.get(key)
        if there is None or (one.is_verified and not there.is_verified):
            best[key] = one
    return [best[key] for key in sorted(best, reverse=True)[:count]]


def _first_of_each(
    newest: Sequence[Stored], kind_of: Callable[[Stored], str | None]
) -> list[Stored]:
    first: dict[str, Stored] = {}
    for one in newest:
        kind = kind_of(one)
        if kind is not None:
            first.setdefault(kind, one)
    return list(first.values())
