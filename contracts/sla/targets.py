"""Targets: an amount of time in an explicit unit, for a metric and a priority."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.sla.calendar import ServiceCalendar
from contracts.sla.elapsed import elapsed_add, elapsed_between
from contracts.sla.errors import TermsError
from contracts.sla.pauses import Pause
from contracts.sla.reading import choice, entry, whole

LONGEST = dt.timedelta(days=3_653)
"""Ten years: no service promise is longer."""


class Unit(StrEnum):
    """How an amount of time is counted."""

    BUSINESS = "business_hours"
    ELAPSED = "elapsed_hours"
    ELAPSED_TO_OPENING = "elapsed_to_opening"


class Metric(StrEnum):
    """What a clock measures: the time to the first response, or to the solution."""

    RESPOND = "respond"
    RESOLVE = "resolve"


class Priority(StrEnum):
    """The two urgencies of the agreement."""

    EMERGENCY = "emergency"
    MINOR = "minor"


class Party(StrEnum):
    """Whom a held ticket waits for."""

    CUSTOMER = "customer"
    CARRIER = "carrier"
    VENDOR = "vendor"
    SITE_ACCESS = "site_access"
    AGREED_VISIT = "agreed_visit"
    OWN_PART = "own_part"
    OWN_STAFF = "own_staff"


PAUSING_PARTIES = frozenset(Party) - {Party.OWN_PART, Party.OWN_STAFF}
"""Waiting for our own part or our own staff never stops the clock."""


@dataclass(frozen=True, slots=True)
class Target:
    """An amount of time in a unit, in whole seconds."""

    amount: dt.timedelta
    unit: Unit

    def __post_init__(self) -> None:
        """Raise TermsError for an amount that no promise can have."""
        if not dt.timedelta() < self.amount <= LONGEST or self.amount.microseconds:
            raise TermsError(
                "must be whole seconds, more than none and at most ten years.",
                field="amount_seconds",
                remedy="Write 28800 for 8 hours.",
            )

    def due(
        self, calendar: ServiceCalendar, start: dt.datetime, pauses: Iterable[Pause] = ()
    ) -> dt.datetime:
        """Return the UTC instant at which the whole amount has passed since `start`.

        A pause stops the clock for business time only; in the elapsed units it stops it fully.
        """
        return self.reached(calendar, start, self.amount, pauses)

    def reached(
        self,
        calendar: ServiceCalendar,
        start: dt.datetime,
        amount: dt.timedelta,
        pauses: Iterable[Pause] = (),
    ) -> dt.datetime:
        """Return when `amount`, a part of the target, has passed since `start`."""
        if self.unit is Unit.BUSINESS:
            return calendar.add(start, amount, pauses)
        passed = elapsed_add(start, amount, pauses)
        return passed if self.unit is Unit.ELAPSED else calendar.next_opening(passed)

    def counted(
        self,
        calendar: ServiceCalendar,
        start: dt.datetime,
        end: dt.datetime,
        pauses: Iterable[Pause] = (),
    ) -> dt.timedelta:
        """Return the time in [start, end) that counts in this unit; negative backwards."""
        if self.unit is Unit.BUSINESS:
            return calendar.between(start, end, pauses)
        return elapsed_between(start, end, pauses)

    def left(
        self,
        calendar: ServiceCalendar,
        now: dt.datetime,
        due: dt.datetime,
        pauses: Iterable[Pause] = (),
    ) -> dt.timedelta:
        """Return how much counting time lies between `now` and `due`; negative when late."""
        return self.counted(calendar, now, due, pauses)

    def words(self) -> str:
        """Return the target in words, such as "8 business hours"."""
        return _WORDS[self.unit].format(_hours(self.amount, business=self.unit is Unit.BUSINESS))

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "amount_seconds": self.amount.days * 86_400 + self.amount.seconds,
            "unit": self.unit.value,
        }

    @classmethod
    def from_dict(cls, value: object) -> "Target":
        """Read the JSON form. Raises TermsError naming the field."""
        parts = entry(value, "target", ("amount_seconds", "unit"))
        seconds = whole(parts.get("amount_seconds"), "amount_seconds")
        # Bounded before the timedelta is made, which overflows on numbers from a hostile form.
        bounded = min(max(seconds, 0), LONGEST.days * 86_400 + 1)
        return cls(dt.timedelta(seconds=bounded), choice(parts.get("unit"), Unit, "unit"))


_WORDS: Mapping[Unit, str] = {
    Unit.BUSINESS: "{}",
    Unit.ELAPSED: "{}",
    Unit.ELAPSED_TO_OPENING: "{}, moved to the next opening",
}


def _hours(amount: dt.timedelta, *, business: bool) -> str:
    kind = "business " if business else ""
    seconds = amount.days * 86_400 + amount.seconds
    sizes = ((3_600, "hour"), (60, "minute"), (1, "second"))
    size, name = next(pair for pair in sizes if seconds % pair[0] == 0)
    count = seconds // size
    return f"{count:,} {kind}{name}{'' if count == 1 else 's'}"
