"""When updates may begin: the hours of a site's wall, past midnight and over changes of time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from upkeep.firmware.windows import Window

PACIFIC = ZoneInfo("America/Los_Angeles")
# Tuesdays and Thursdays from ten in the evening to two.
NIGHTS = Window(date(2026, 11, 24), time(22), timedelta(hours=4), frozenset({2, 4}))


@pytest.mark.parametrize(
    ("wall", "is_open"),
    [
        ("2026-11-19T22:30", False),  # A Thursday before it begins.
        ("2026-11-24T21:59", False),
        ("2026-11-24T22:00", True),
        ("2026-11-25T01:59", True),
        ("2026-11-25T02:00", False),
        ("2026-11-25T22:30", False),  # A Wednesday.
        ("2026-11-26T23:00", True),
    ],
)
def test_updates_begin_within_the_hours_of_the_sites_wall(wall: str, is_open: bool) -> None:
    at = datetime.fromisoformat(wall).replace(tzinfo=PACIFIC)
    assert NIGHTS.is_open(at.astimezone(UTC), PACIFIC) is is_open


def test_the_next_opening_is_on_one_of_the_days() -> None:
    found = NIGHTS.next_opening(datetime(2026, 11, 25, 12, tzinfo=UTC), PACIFIC)
    assert found == datetime(2026, 11, 27, 6, tzinfo=UTC)


def test_a_window_lasts_as_long_on_the_night_that_the_clocks_change() -> None:
    window = Window(date(2026, 10, 1), time(0), timedelta(hours=4), frozenset({7}))
    opening = datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert window.is_open(opening, PACIFIC)
    assert window.is_open(opening + timedelta(hours=3, minutes=59), PACIFIC)
    assert not window.is_open(opening + timedelta(hours=4), PACIFIC)
