"""Every cell of the table of worked examples, and the example of a hold."""

import datetime as dt

import pytest

from contracts.sla import Fact, FactKind, Party, Target, Unit
from tests.sla.specs import at, fact, hours, office, opened, pacific, wall

EXAMPLES = (
    ("06-15 10:00", "06-16 09:00 PDT", "06-17 16:00 PDT", "06-16 10:00 PDT", "06-16 10:00 PDT"),
    ("06-15 08:00", "06-15 16:00 PDT", "06-17 14:00 PDT", "06-16 08:00 PDT", "06-16 08:00 PDT"),
    ("06-15 17:00", "06-16 16:00 PDT", "06-18 14:00 PDT", "06-16 17:00 PDT", "06-17 08:00 PDT"),
    ("06-12 16:00", "06-15 15:00 PDT", "06-17 13:00 PDT", "06-13 16:00 PDT", "06-15 08:00 PDT"),
    ("06-13 11:00", "06-15 16:00 PDT", "06-17 14:00 PDT", "06-14 11:00 PDT", "06-15 08:00 PDT"),
    ("07-02 15:00", "07-06 14:00 PDT", "07-08 12:00 PDT", "07-03 15:00 PDT", "07-06 08:00 PDT"),
    ("03-06 16:00", "03-09 15:00 PDT", "03-11 13:00 PDT", "03-07 16:00 PST", "03-09 08:00 PDT"),
    ("11-01 01:30", "11-02 16:00 PST", "11-04 14:00 PST", "11-02 00:30 PST", "11-02 08:00 PST"),
)  # fmt: skip
TARGETS = (
    Target(hours(8), Unit.BUSINESS),
    Target(hours(24), Unit.BUSINESS),
    Target(hours(24), Unit.ELAPSED),
    Target(hours(24), Unit.ELAPSED_TO_OPENING),
)
CELLS = [
    (f"2026-{example[0]}", target, example[column])
    for example in EXAMPLES
    for column, target in enumerate(TARGETS, start=1)
]


@pytest.mark.parametrize(("opened_at", "target", "due"), CELLS)
def test_a_target_is_due_as_the_table_says(opened_at: str, target: Target, due: str) -> None:
    assert wall(target.due(office, pacific(opened_at))) == f"2026-{due}"


def test_eight_business_hours_are_not_the_same_time_tomorrow() -> None:
    start = pacific("2026-06-15 10:00")
    assert office.add(start, hours(8)) - start == hours(23)


def test_a_hold_from_friday_to_monday_moves_the_resolve_deadline_to_monday_15() -> None:
    facts = (
        opened("2026-06-12 14:00"),
        fact(FactKind.HELD, "2026-06-12 16:00", party=Party.CUSTOMER, reason="Needs a photo"),
        fact(FactKind.RESUMED, "2026-06-15 09:00"),
    )
    assert at("2026-06-15 09:30", *facts).resolve.due == pacific("2026-06-15 15:00")


def test_the_same_hold_as_a_pause_of_the_calendar_gives_the_same_deadline() -> None:
    hold = (pacific("2026-06-12 16:00"), pacific("2026-06-15 09:00"))
    due = office.add(pacific("2026-06-12 14:00"), hours(8), [hold])
    assert wall(due) == "2026-06-15 15:00 PDT"


def test_answers_are_in_utc() -> None:
    assert office.add(pacific("2026-06-15 10:00"), hours(8)).tzinfo is dt.UTC


def test_the_second_half_past_one_of_the_repeated_hour_is_a_real_hour_later() -> None:
    first, second = pacific("2026-11-01 01:30"), pacific("2026-11-01 01:30", fold=1)
    elapsed = Target(hours(24), Unit.ELAPSED)
    assert elapsed.due(office, second) - elapsed.due(office, first) == hours(1)


def test_a_fact_is_a_value() -> None:
    assert opened("2026-06-15 10:00") == opened("2026-06-15 10:00")
    assert isinstance(opened("2026-06-15 10:00"), Fact)
