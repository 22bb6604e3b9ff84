"""Stretches of time that do not count, as sorted whole microseconds without overlaps."""

import datetime as dt
from collections.abc import Iterable

from contracts.sla.errors import CalendarError
from contracts.sla.spec import Window, merged
from contracts.sla.zonetime import EPOCH

Pause = tuple[dt.datetime, dt.datetime]
"""From (inclusive) to (exclusive), aware datetimes."""


def microseconds(instant: dt.datetime, field: str) -> int:
    """Return an aware datetime as microseconds since 1970 UTC.

    Raises CalendarError naming `field`.
    """
    try:
        since = instant - EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    except (TypeError, AttributeError) as error:
        raise _not_an_instant(instant, field) from error


def amount_microseconds(amount: dt.timedelta) -> int:
    """Return a timedelta as microseconds. Raises CalendarError when it is something else."""
    if not isinstance(amount, dt.timedelta):
        raise CalendarError(
            "must be a timedelta.", field="amount", remedy="Write timedelta(hours=8), for example."
        )
    return (amount.days * 86_400 + amount.seconds) * 1_000_000 + amount.microseconds


def merged_pauses(pauses: Iterable[Pause]) -> tuple[Window, ...]:
    """Return pauses in order, joined where they overlap or touch, empty ones left out."""
    spans: list[Window] = []
    for index, (first, last) in enumerate(pauses):
        begins = microseconds(first, f"pauses[{index}][0]")
        ends = microseconds(last, f"pauses[{index}][1]")
        if ends < begins:
            raise CalendarError(
                "a pause ends before it begins.",
                field=f"pauses[{index}]",
                remedy="Give each pause as (from, to).",
            )
        if begins < ends:
            spans.append((begins, ends))
    spans.sort()
    return merged(spans)


def _not_an_instant(value: object, field: str) -> CalendarError:
    if isinstance(value, dt.datetime):
        return CalendarError(
            "is a datetime without a time zone.",
            field=field,
            remedy="Pass an aware datetime, for example in UTC.",
        )
    return CalendarError(
        "is not a datetime.", field=field, remedy="Pass an aware datetime, for example in UTC."
    )
