"""When the next backup is owed, by the wall of the site."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upkeep.backups.timing import Hours, earliest, next_due

PACIFIC = ZoneInfo("America/Los_Angeles")
NIGHT = Hours(time(22), time(5), PACIFIC)
EARLY = Hours(time(1), time(4), PACIFIC)
DAY = timedelta(days=1)
HOURS = st.one_of(
    st.none(),
    st.builds(
        Hours,
        st.times(),
        st.times(),
        st.sampled_from([PACIFIC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/Berlin")]),
    ).filter(lambda hours: hours.opens != hours.closes),
)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PACIFIC).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "hours", "expected"),
    [
        ("2026-06-15T12:00", None, "2026-06-15T12:00"),
        ("2026-06-15T12:00", NIGHT, "2026-06-15T22:00"),
        ("2026-06-15T23:30", NIGHT, "2026-06-15T23:30"),
        ("2026-06-16T04:59", NIGHT, "2026-06-16T04:59"),
        ("2026-06-16T05:00", NIGHT, "2026-06-16T22:00"),
        ("2026-06-15T04:00", EARLY, "2026-06-16T01:00"),
        # 8 March 2026: 2:00 to 3:00 does not exist.
        ("2026-03-08T05:00", Hours(time(2, 30), time(4), PACIFIC), "2026-03-09T02:30"),
        ("2026-03-07T12:00", Hours(time(2, 30), time(4), PACIFIC), "2026-03-08T03:30"),
    ],
)
def test_a_backup_waits_for_the_hours_of_its_site(
    now: str, hours: Hours | None, expected: str
) -> None:
    assert earliest(at(now), hours) == at(expected)


def test_a_day_later_is_a_day_later_however_late_the_sweep_came() -> None:
    due = at("2026-06-15T01:00")
    assert next_due(due, DAY, due + timedelta(minutes=7), EARLY) == at("2026-06-16T01:00")


def test_what_was_missed_is_not_made_up_for() -> None:
    due, now = at("2026-06-01T01:00"), at("2026-06-15T02:00")
    assert next_due(due, DAY, now, EARLY) == at("2026-06-16T02:00")


def test_the_night_in_which_clocks_change_has_its_backup_too() -> None:
    due = at("2026-10-31T01:00")
    days = []
    for _ in range(3):
        due = next_due(due, DAY, due, EARLY)
        days.append(due.astimezone(PACIFIC).date().isoformat())
    assert days == ["2026-11-01", "2026-11-02", "2026-11-03"]


@given(due=INSTANTS, now=INSTANTS, hours=HOURS, every=st.integers(1, 24 * 40))
def test_the_next_one_is_later_than_now_and_within_the_hours(
    due: datetime, now: datetime, hours: Hours | None, every: int
) -> None:
    following = next_due(due, timedelta(hours=every), now, hours)
    assert now < following <= max(due, now) + timedelta(hours=every) + 2 * DAY
    # Only an opening that the change to summer time leaves out is outside its own hours.
    if hours is not None and not hours.hold(following):
        assert following == hours.next_opening(following - timedelta(hours=2))
