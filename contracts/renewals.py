"""When a contract ends, until when notice can be given, and which period comes next. Pure.

All days are days of the contract's calendar, first and last included.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

DAY: Final = timedelta(days=1)
LONGEST_TERM: Final = 120
LONGEST_NOTICE: Final = 730
LAST_YEAR: Final = 2199
USUAL_HORIZONS: Final = (90, 60, 30)
MONTHS: Final = 12


class RenewalError(ValueError):
    """A renewal rule that no contract can have: which field, what is wrong, what to do."""

    def __init__(self, field: str, message: str, remedy: str) -> None:
        super().__init__(f"{field}: {message} {remedy}")
        self.field, self.message, self.remedy = field, message, remedy


class RenewalRule(StrEnum):
    """What happens at the end of a contract."""

    NONE = "none"
    MANUAL = "manual"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Renewal:
    """Whether and by how many months a contract is renewed, and the days of notice.

    An automatic one needs a day of notice at least: it is renewed once that day has passed, so that
    there is never a gap. Raises RenewalError.
    """

    rule: RenewalRule = RenewalRule.NONE
    months: int = 0
    notice_days: int = 0

    def __post_init__(self) -> None:
        least = 0 if self.rule is RenewalRule.NONE else 1
        if not least <= self.months <= LONGEST_TERM:
            raise RenewalError(
                "months",
                "A contract is renewed by whole months.",
                f"Write a number from {least} to {LONGEST_TERM}.",
            )
        least = 1 if self.rule is RenewalRule.AUTOMATIC else 0
        if not least <= self.notice_days <= LONGEST_NOTICE:
            raise RenewalError(
                "notice_days",
                "This is no time of notice.",
                f"Write a number of days from {least} to {LONGEST_NOTICE}.",
            )

    @property
    def is_automatic(self) -> bool:
        """Does it come by itself?"""
        return self.rule is RenewalRule.AUTOMATIC

    def columns(self) -> dict[str, str | int]:
        """Return the columns in which a contract keeps it."""
        return {
            "renewal_rule": self.rule.value,
            "renewal_months": self.months,
            "notice_days": self.notice_days,
        }

    @classmethod
    def from_columns(cls, columns: Mapping[str, str | int]) -> Self:
        """Read the columns."""
        rule = RenewalRule(str(columns["renewal_rule"]))
        return cls(rule, int(columns["renewal_months"]), int(columns["notice_days"]))

    def words(self) -> str:
        """Say it in words: "Renews by itself for 12 months, with 30 days' notice"."""
        how = {
            RenewalRule.NONE: "Is not renewed",
            RenewalRule.MANUAL: f"Can be renewed for {_count(self.months, 'month')}",
            RenewalRule.AUTOMATIC: f"Renews by itself for {_count(self.months, 'month')}",
        }[self.rule]
        if not self.notice_days:
            return how
        ending = "day's" if self.notice_days == 1 else "days'"
        return f"{how}, with {self.notice_days} {ending} notice"


NO_RENEWAL: Final = Renewal()


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a contract, both days included."""

    first: date
    last: date


class About(StrEnum):
    """What a reminder is about."""

    END = "end"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Reminder:
    """That `days` before `of` (the last day, or the last day for notice) somebody is reminded."""

    about: About
    days: int
    of: date

    @property
    def on(self) -> date:
        """Return the day on which it is due."""
        return self.of - timedelta(days=self.days)


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day: 31 Jan + 1 is 28 or 29 Feb.

    Raises RenewalError beyond the years that a contract can have.
    """
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    if year > LAST_YEAR:
        raise RenewalError(
            "months", f"This goes beyond the year {LAST_YEAR}.", "Write fewer months."
        )
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period_after(anchor: date, months: int, renewals: int) -> Period:
    """Return the period of the renewal after `renewals` earlier ones.

    `anchor` is the first day of the first renewal. All periods are counted from it: counting from
    the period before would lose the 31st for good in the first short month.
    """
    following = add_months(anchor, months * (renewals + 1))
    return Period(add_months(anchor, months * renewals), following - DAY)


def last_day_for_notice(ends_on: date, notice_days: int) -> date:
    """Return the last day on which notice is in time for `ends_on`."""
    return ends_on - timedelta(days=notice_days)


def end_after_notice(
    given_on: date, ends_on: date | None, renewal: Renewal, anchor: date | None, renewals: int
) -> tuple[date, int]:
    """Return the last day after notice, and how many renewals come before it all the same.

    Without an agreed end the days of notice run from the day after. In time: the agreed end. Too
    late where the renewal comes by itself: the end of the first period for which it is in time.
    """
    if ends_on is None:
        return given_on + timedelta(days=renewal.notice_days), 0
    count = 0
    while (
        renewal.is_automatic
        and anchor is not None
        and given_on > last_day_for_notice(ends_on, renewal.notice_days)
    ):
        ends_on = period_after(anchor, renewal.months, renewals + count).last
        count += 1
    return ends_on, count


def renewal_day(ends_on: date, renewal: Renewal) -> date | None:
    """Return the day on which a contract is renewed by itself: the first one too late for notice.

    None when it is not renewed by itself.
    """
    if not renewal.is_automatic:
        return None
    return last_day_for_notice(ends_on, renewal.notice_days) + DAY


def reminders(
    ends_on: date, renewal: Renewal, *, is_ending: bool, horizons: Iterable[int], since: date
) -> list[Reminder]:
    """Return who is reminded of what, in the order of the days, for those after `since`.

    `is_ending`: notice was given, so there is nothing left to decide but the end itself.
    """
    found = [Reminder(About.END, days, ends_on) for days in horizons]
    if renewal.notice_days and not is_ending:
        last = last_day_for_notice(ends_on, renewal.notice_days)
        if renewal.is_automatic:
            # After that day the contract is renewed, and this end is none any more.
            found = [reminder for reminder in found if reminder.on <= last]
        found += [Reminder(About.NOTICE, days, last) for days in horizons]
    return sorted(
        (reminder for reminder in found if reminder.on > since),
        key=lambda reminder: (reminder.on, reminder.about, reminder.days),
    )


def most_urgent(due: Iterable[Reminder]) -> Reminder | None:
    """Return the one of several due reminders that is told: notice first, then the nearest."""
    return min(due, key=lambda one: (one.about is not About.NOTICE, one.days), default=None)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
