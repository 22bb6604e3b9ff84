"""When a rehearsal is owed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.periods import Month
from upkeep.restores.rehearsing import is_tried_again, month_owed, rehearsal_day


@pytest.mark.parametrize(
    ("device", "today", "last", "owed"),
    [
        (0, "2026-11-01", None, "2026-11-01"),
        (4, "2026-11-04", None, None),
        (4, "2026-11-05", None, "2026-11-01"),
        (4, "2026-11-30", "2026-10-01", "2026-11-01"),
        (4, "2026-11-30", "2026-11-01", None),
        (4, "2026-11-30", "2026-07-01", "2026-11-01"),
        (25, "2026-11-05", None, "2026-11-01"),
    ],
)
def test_one_is_owed_a_month_from_the_day_of_the_system_on(
    device: int, today: str, last: str | None, owed: str | None
) -> None:
    known = date.fromisoformat(last) if last else None
    found = month_owed(device, date.fromisoformat(today), known)
    assert (found.first.isoformat() if found else None) == owed


@pytest.mark.parametrize(
    ("hours", "tries", "again"), [(23, 1, False), (24, 1, True), (24, 6, True), (24, 7, False)]
)
def test_one_that_failed_by_our_fault_is_tried_again_for_a_week(
    hours: int, tries: int, again: bool
) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert is_tried_again(now, now - timedelta(hours=hours), tries) is again


@given(st.integers(1, 10**6), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_the_day_of_a_system_leaves_a_week_of_its_month(device: int, day: date) -> None:
    month = Month.of(day)
    owed_on = rehearsal_day(device, month)
    assert Month.of(owed_on) == month
    assert Month.of(owed_on + timedelta(days=7)) == month


@given(st.integers(1, 1000), st.dates(date(2026, 1, 1), date(2026, 12, 1)))
def test_looking_every_day_owes_each_month_once(device: int, start: date) -> None:
    owed: list[date] = []
    for day in (start + timedelta(days=n) for n in range(200)):
        if found := month_owed(device, day, owed[-1] if owed else None):
            owed.append(found.first)
    assert len(owed) == len(set(owed)) >= 6
