"""Which backups of a system are kept, and why: grandfather, father, son. Pure.

The newest good one of each day, week, month and year is kept, for as many of these as the rule
says; days count where a backup was taken, in the zone of the site. Never let go are the newest
verified ones, those around firmware updates and changes, the newest of each firmware version, and
those that a person holds.
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

    @property
    def is_verified(self) -> bool:
        """Was it opened and found whole, and is it still?"""
        return self.level >= VERIFIED and not self.is_damaged


Period = Callable[[datetime], tuple[int, ...]]
PERIODS: Mapping[str, Period] = {
    "daily": lambda at: (at.year, at.month, at.day),
    "weekly": lambda at: tuple(at.isocalendar())[:2],
    "monthly": lambda at: (at.year, at.month),
    "yearly": lambda at: (at.year,),
}


def kept(
    backups: Iterable[Stored], rule: Rule, *, zone: tzinfo, now: datetime
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
    keep((one for one in newest if one.trigger in AROUND_WORK), "around work")
    keep(_first_of_each(verified, lambda one: one.firmware or None), "newest of its firmware")
    for name, period in PERIODS.items():
        keep(_of_periods(newest, period, getattr(rule, name), zone), name)
    return {backup_id: tuple(whys) for backup_id, whys in reasons.items()}


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
