"""When to try again, and when to give up. Pure."""

from __future__ import annotations

from datetime import timedelta

MAX_TRIES = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
# A mail server that is away says nothing about a notice: such tries do not count, age does.
GIVE_UP_AFTER = timedelta(hours=48)


def wait_after(tries: int, luck: float) -> timedelta:
    """Return how long to wait after `tries` tries: 5 s, 15 s, 45 s … 15 min.

    Give or take a quarter: `luck` in [0, 1) spreads the retries of many notices, which would
    otherwise come back at once.
    """
    plain: timedelta = min(FIRST_WAIT * 3 ** min(tries - 1, 10), LONGEST_WAIT)
    return min(plain * (0.75 + luck / 2), LONGEST_WAIT)
