"""Spans and instants in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calcom_portal.common.timewords import spell_between, spell_dated, spell_instant, spell_span

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 6, 15, 14, 40, tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 m"),
        (timedelta(seconds=1), "under 1 m"),
        (timedelta(seconds=59, microseconds=999_999), "under 1 m"),
        (timedelta(seconds=60), "1 m"),
        (timedelta(minutes=59, seconds=59), "59 m"),
        (timedelta(hours=6), "6 h"),
        (timedelta(hours=3, minutes=20, seconds=59), "3 h 20 m"),
        (timedelta(hours=52, minutes=1), "52 h 1 m"),
        (timedelta(minutes=-30), "30 m"),
    ],
)
def test_a_span_is_rounded_down_to_minutes_and_never_told_in_days(
    span: timedelta, words: str
) -> None:
    assert spell_span(span) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 6, 15, 15, 5, tzinfo=PACIFIC), "today 15:05 PDT"),
        (datetime(2026, 6, 16, 9, 0, tzinfo=PACIFIC), "Tue 09:00 PDT"),
        (datetime(2026, 6, 21, 9, 0, tzinfo=PACIFIC), "Sun 09:00 PDT"),
        (datetime(2026, 6, 22, 9, 0, tzinfo=PACIFIC), "Mon 22 Jun, 09:00 PDT"),
        (datetime(2026, 6, 8, 9, 0, tzinfo=PACIFIC), "Mon 8 Jun, 09:00 PDT"),
        (datetime(2027, 1, 4, 9, 0, tzinfo=PACIFIC), "Mon 4 Jan 2027, 09:00 PST"),
        (datetime(2026, 6, 16, 16, 0, tzinfo=UTC), "Tue 09:00 PDT"),
    ],
)
def test_an_instant_is_as_short_as_it_stays_unmistakable(instant: datetime, words: str) -> None:
    assert spell_instant(instant, now=NOW, zone=PACIFIC) == words


def test_a_column_that_names_its_zone_gets_the_weekday_even_for_today() -> None:
    due = datetime(2026, 6, 15, 15, 5, tzinfo=PACIFIC)

    assert spell_instant(due, now=NOW, zone=PACIFIC, with_zone=False) == "Mon 15:05"


def test_the_day_is_the_day_of_the_reader() -> None:
    late_evening = datetime(2026, 6, 15, 23, 30, tzinfo=PACIFIC)

    words = spell_instant(late_evening, now=NOW, zone=ZoneInfo("America/New_York"))

    assert words == "Tue 02:30 EDT"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (datetime(2026, 6, 15, 16, 30, tzinfo=PACIFIC), "today 15:05 to 16:30 PDT"),
        (datetime(2026, 6, 16, 1, 0, tzinfo=PACIFIC), "today 15:05 PDT to Tue 01:00 PDT"),
    ],
)
def test_a_stretch_says_its_day_and_zone_twice_only_where_they_differ(
    end: datetime, words: str
) -> None:
    start = datetime(2026, 6, 15, 15, 5, tzinfo=PACIFIC)
    assert spell_between(start, end, now=NOW, zone=PACIFIC) == words


def test_a_stretch_over_the_night_of_the_clocks_says_both_zones() -> None:
    start = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    end = datetime(2026, 11, 1, 10, 30, tzinfo=UTC)
    words = "Sun 1 Nov, 01:30 PDT to Sun 1 Nov, 02:30 PST"
    assert spell_between(start, end, now=NOW, zone=PACIFIC) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "Mon 15 Jun, 14:40 PDT"),
        (NOW - timedelta(days=3), "Fri 12 Jun, 14:40 PDT"),
        (NOW - timedelta(days=365), "Sun 15 Jun 2025, 14:40 PDT"),
    ],
)
def test_a_dated_instant_names_its_day_however_near_it_is(at: datetime, words: str) -> None:
    assert spell_dated(at, now=NOW, zone=PACIFIC) == words
