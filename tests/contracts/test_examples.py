"""Worked examples come from the clock and show something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from contracts.examples import next_friday, units_explained
from contracts.sla import ServiceCalendar
from tests.builders import BUSINESS_HOURS

HOURS = ServiceCalendar.from_dict(BUSINESS_HOURS)


def test_each_unit_is_worked_out_for_late_on_the_next_friday() -> None:
    now = datetime(2026, 6, 10, 19, tzinfo=UTC)
    rows = units_explained(HOURS, timedelta(hours=24), now)
    assert [(row.title, row.start, row.due) for row in rows] == [
        ("24 business hours", "Fri 12 Jun, 16:00 PDT", "Wed 17 Jun, 13:00 PDT"),
        ("24 hours", "Fri 12 Jun, 16:00 PDT", "Sat 13 Jun, 16:00 PDT"),
        ("24 hours, moved to the next opening", "Fri 12 Jun, 16:00 PDT", "Mon 15 Jun, 08:00 PDT"),
    ]


def test_a_friday_off_is_passed_over() -> None:
    assert next_friday(HOURS, datetime(2026, 6, 29, 19, tzinfo=UTC)) == datetime(
        2026, 7, 10, 23, tzinfo=UTC
    )


def test_a_calendar_that_never_opens_late_on_fridays_still_has_an_example() -> None:
    mornings = ServiceCalendar.from_dict({"tz": "UTC", "weekly": {"mon": [["08:00", "12:00"]]}})
    assert next_friday(mornings, datetime(2026, 6, 12, 12, tzinfo=UTC)) == datetime(
        2026, 6, 19, 16, tzinfo=UTC
    )
