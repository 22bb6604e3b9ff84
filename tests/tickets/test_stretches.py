"""Work is cut exactly at opening and closing time, and its charged minutes add up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.sla import ServiceCalendar
from tests.builders import BUSINESS_HOURS
from tickets.stretches import MINUTE, share_out, stretches

CALENDAR = ServiceCalendar.from_dict(BUSINESS_HOURS)
START = datetime(2026, 6, 1, tzinfo=UTC)


def wall(text: str) -> datetime:
    """Return a wall clock time of June 2026 in the calendar's zone."""
    return datetime.fromisoformat(f"2026-06-{text}:00-07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        ("17T09:00", "17T10:00", [("in", 60)]),
        ("17T16:50", "17T17:20", [("in", 10), ("out", 20)]),
        ("17T07:30", "17T08:30", [("out", 30), ("in", 30)]),
        ("17T17:00", "17T18:00", [("out", 60)]),
        ("17T16:00", "17T17:00", [("in", 60)]),
        ("20T09:00", "20T10:00", [("out", 60)]),
        ("17T16:30", "18T08:30", [("in", 30), ("out", 900), ("in", 30)]),
    ],
)
def test_work_is_cut_where_the_calendar_opens_and_closes(
    start: str, end: str, parts: list[tuple[str, int]]
) -> None:
    found = stretches(wall(start), wall(end), CALENDAR)
    assert [("in" if one.in_hours else "out", one.minutes) for one in found] == parts


@given(st.integers(0, 60 * 24 * 400), st.integers(1, 60 * 24))
def test_the_parts_are_the_whole(begin: int, length: int) -> None:
    start = START + begin * MINUTE
    end = start + length * MINUTE
    found = stretches(start, end, CALENDAR)
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == two.start for one, two in pairwise(found))
    opened = sum((one.end - one.start for one in found if one.in_hours), timedelta())
    assert opened == CALENDAR.between(start, end)


@pytest.mark.parametrize(
    ("minutes", "charged", "shares"),
    [
        ([10, 20], 30, [10, 20]),
        ([10, 25], 45, [10, 35]),
        ([20, 20], 45, [25, 20]),
        ([5, 3], 0, [0, 0]),
        ([10, 7], 15, [8, 7]),
    ],
)
def test_rounding_happens_once_and_falls_to_the_longest_part(
    minutes: list[int], charged: int, shares: list[int]
) -> None:
    assert share_out(minutes, charged) == shares


@given(st.lists(st.integers(1, 600), min_size=1, max_size=6), st.integers(0, 4000))
def test_the_shares_are_what_is_charged(minutes: list[int], charged: int) -> None:
    shares = share_out(minutes, charged)
    assert sum(shares) == charged
    assert min(shares) >= 0
