"""When a rehearsal of a system's newest backup is owed: once a month. Pure (clause RESTORE)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitoring.periods import Month

# By then all systems had their day, and a week is left for what went wrong.
SPREAD_DAYS = 21
# What is wrong on our own side says nothing of the backup.
TRY_AGAIN = timedelta(days=1)
MOST_TRIES = 7


def rehearsal_day(device_id: int, month: Month) -> date:
    """Return from which day of a month on a system's rehearsal is owed.

    Systems are spread over the first three weeks, so that not all of them come on the first.
    """
    return month.first + timedelta(days=device_id % SPREAD_DAYS)


def month_owed(device_id: int, today: date, last: date | None) -> Month | None:
    """Return the month whose rehearsal is owed on `today` and not written down yet.

    `last` is the newest month that one was written down for. Months that passed without any are
    not made up for: a rehearsal tells of the newest backup only.
    """
    month = Month.of(today)
    if last is not None and last >= month.first:
        return None
    return month if today >= rehearsal_day(device_id, month) else None


def is_tried_again(now: datetime, ended_at: datetime, tries: int) -> bool:
    """Is a rehearsal that ended for reasons of ours tried anew? `tries` is how many of the month
    have ended so."""
    return tries < MOST_TRIES and now >= ended_at + TRY_AGAIN
