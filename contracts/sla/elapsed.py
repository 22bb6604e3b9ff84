"""Elapsed time with pauses, for targets that count round the clock."""

import datetime as dt
from collections.abc import Iterable

from contracts.sla.errors import CalendarError
from contracts.sla.openings import EARLIEST, LATEST
from contracts.sla.pauses import Pause, amount_microseconds, merged_pauses, microseconds
from contracts.sla.zonetime import EPOCH


def elapsed_add(
    start: dt.datetime, amount: dt.timedelta, pauses: Iterable[Pause] = ()
) -> dt.datetime:
    """Return the earliest UTC instant with `amount` of unpaused time since `start`."""
    begins = microseconds(start, "start")
    due = begins + amount_microseconds(amount)
    for paused, resumed in merged_pauses(pauses):
        if resumed > begins and paused < due:
            due += resumed - max(paused, begins)
    if not EARLIEST <= due < LATEST:
        raise CalendarError(
            "lies outside the years that calendars cover.", field="due", remedy="Check the dates."
        )
    return EPOCH + dt.timedelta(0, 0, due)


def elapsed_between(
    start: dt.datetime, end: dt.datetime, pauses: Iterable[Pause] = ()
) -> dt.timedelta:
    """Return the unpaused time in [start, end); negative when `end` is before `start`."""
    begins, ends = microseconds(start, "start"), microseconds(end, "end")
    if ends < begins:
        return -elapsed_between(end, start, pauses)
    passed = ends - begins
    for paused, resumed in merged_pauses(pauses):
        if paused < ends and resumed > begins:
            passed -= min(resumed, ends) - max(paused, begins)
    return dt.timedelta(0, 0, passed)
