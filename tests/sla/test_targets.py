"""Targets and promises: units, words, the JSON form and what it refuses."""

import datetime as dt
from typing import Any

import pytest

from contracts.sla import (
    PAUSING_PARTIES,
    Metric,
    Party,
    Priority,
    Promise,
    Target,
    TermsError,
    Unit,
)
from tests.sla.specs import PROMISES, hours, office, pacific, promise

EIGHT = Target(hours(8), Unit.BUSINESS)
DAY_ELAPSED = Target(hours(24), Unit.ELAPSED)
DAY_TO_OPENING = Target(hours(24), Unit.ELAPSED_TO_OPENING)
HOLD = (pacific("2026-06-12 16:00"), pacific("2026-06-15 09:00"))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (EIGHT, "8 business hours"),
        (Target(hours(1), Unit.BUSINESS), "1 business hour"),
        (Target(hours(1.5), Unit.BUSINESS), "90 business minutes"),
        (Target(dt.timedelta(seconds=45), Unit.ELAPSED), "45 seconds"),
        (DAY_ELAPSED, "24 hours"),
        (DAY_TO_OPENING, "24 hours, moved to the next opening"),
    ],
)
def test_a_target_says_its_amount_and_unit(target: Target, words: str) -> None:
    assert target.words() == words


@pytest.mark.parametrize("target", [EIGHT, DAY_ELAPSED, DAY_TO_OPENING])
def test_a_target_comes_back_from_its_json_form(target: Target) -> None:
    assert Target.from_dict(target.to_dict()) == target


def test_the_json_form_names_amount_and_unit() -> None:
    assert EIGHT.to_dict() == {"amount_seconds": 28_800, "unit": "business_hours"}


def test_a_pause_stops_an_elapsed_target_day_and_night_and_a_business_one_in_hours_only() -> None:
    start = pacific("2026-06-12 14:00")
    assert EIGHT.due(office, start, [HOLD]) == pacific("2026-06-15 15:00")
    assert DAY_ELAPSED.due(office, start, [HOLD]) == pacific("2026-06-16 07:00")
    assert DAY_TO_OPENING.due(office, start, [HOLD]) == pacific("2026-06-16 08:00")


def test_pauses_of_an_elapsed_target_count_once_where_they_overlap() -> None:
    start = pacific("2026-06-15 10:00")
    pauses = [(start, start + hours(3)), (start + hours(1), start + hours(5))]
    assert DAY_ELAPSED.due(office, start, pauses) == start + hours(29)
    assert DAY_ELAPSED.counted(office, start, start + hours(6), pauses) == hours(1)
    assert DAY_ELAPSED.counted(office, start + hours(6), start, pauses) == hours(-1)


def test_time_left_is_counted_in_the_unit_and_negative_when_late() -> None:
    due = pacific("2026-06-16 09:00")
    assert EIGHT.left(office, pacific("2026-06-15 16:00"), due) == hours(2)
    assert DAY_ELAPSED.left(office, pacific("2026-06-15 16:00"), due) == hours(17)
    assert EIGHT.left(office, pacific("2026-06-16 12:00"), due) == hours(-3)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, "target"),
        ([], "target"),
        ({}, "amount_seconds"),
        ({"amount_seconds": 28_800}, "unit"),
        ({"amount_seconds": "28800", "unit": "business_hours"}, "amount_seconds"),
        ({"amount_seconds": 28_800.0, "unit": "business_hours"}, "amount_seconds"),
        ({"amount_seconds": True, "unit": "business_hours"}, "amount_seconds"),
        ({"amount_seconds": 0, "unit": "business_hours"}, "amount_seconds"),
        ({"amount_seconds": -5, "unit": "business_hours"}, "amount_seconds"),
        ({"amount_seconds": 10**400, "unit": "business_hours"}, "amount_seconds"),
        ({"amount_seconds": 28_800, "unit": "hours"}, "unit"),
        ({"amount_seconds": 28_800, "unit": ["business_hours"]}, "unit"),
        ({"amount_seconds": 28_800, "unit": "business_hours", "grace": 5}, "target"),
    ],
)
def test_a_bad_target_is_refused_by_field(value: object, field: str) -> None:
    with pytest.raises(TermsError) as refusal:
        Target.from_dict(value)
    assert refusal.value.field == field
    assert refusal.value.remedy


def test_a_target_of_microseconds_is_refused() -> None:
    with pytest.raises(TermsError, match="whole seconds"):
        Target(dt.timedelta(seconds=1, microseconds=1), Unit.BUSINESS)


def test_a_promise_comes_back_from_its_json_form() -> None:
    whole = promise(
        pausing=frozenset({Party.CUSTOMER}), warn_shares=(80,), reopen_days=7, tier="TIER2"
    )
    for terms in (whole, *PROMISES.values()):
        assert Promise.from_dict(terms.to_dict()) == terms


def test_a_promise_names_its_targets_and_leaves_out_what_it_does_not_promise() -> None:
    terms = promise(resolve=None)
    assert terms.target(Priority.EMERGENCY, Metric.RESPOND) == EIGHT
    assert terms.target(Priority.EMERGENCY, Metric.RESOLVE) is None
    assert not terms.is_none


def test_no_promise_is_explicit_and_gives_its_reason() -> None:
    terms = Promise.none("Tier 1 names no response time")
    assert terms.is_none
    assert (terms.label, terms.none_reason) == (
        "No response promise",
        "Tier 1 names no response time",
    )


def test_by_default_it_warns_at_50_75_and_90_percent_and_pauses_only_for_others() -> None:
    terms = promise()
    assert terms.warn_shares == (50, 75, 90)
    assert terms.pausing == PAUSING_PARTIES
    assert not PAUSING_PARTIES & {Party.OWN_PART, Party.OWN_STAFF}


GOOD = PROMISES["tier-2"].to_dict()
ROW = {
    "priority": "minor",
    "metric": "respond",
    "amount_seconds": 86_400,
    "unit": "business_hours",
}


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"targets": []}, "none_reason"),
        ({"targets": {}}, "targets"),
        ({"targets": [ROW, ROW]}, "targets[1]"),
        ({"targets": [{**ROW, "priority": "urgent"}]}, "targets[0].priority"),
        ({"targets": [{**ROW, "metric": None}]}, "targets[0].metric"),
        ({"targets": [{**ROW, "colour": "red"}]}, "targets[0]"),
        ({"targets": [ROW] * 101}, "targets"),
        ({"pausing": ["own_part"]}, "pausing"),
        ({"pausing": ["nobody"]}, "pausing"),
        ({"warn_shares": [75, 50]}, "warn_shares"),
        ({"warn_shares": [0]}, "warn_shares"),
        ({"warn_shares": [100]}, "warn_shares"),
        ({"warn_shares": ["50"]}, "warn_shares"),
        ({"reopen_days": -1}, "reopen_days"),
        ({"reopen_days": None}, "reopen_days"),
        ({"label": 7}, "label"),
        ({"label": "x" * 501}, "label"),
        ({"grace": 1}, "promise"),
    ],
)
def test_a_bad_promise_is_refused_by_field(parts: dict[str, Any], field: str) -> None:
    with pytest.raises(TermsError) as refusal:
        Promise.from_dict({**GOOD, **parts})
    assert refusal.value.field == field


def test_terms_cannot_be_changed_afterwards() -> None:
    table = {(Priority.MINOR, Metric.RESPOND): EIGHT}
    terms = Promise("Tier 2", table)
    table.clear()
    assert terms.target(Priority.MINOR, Metric.RESPOND) == EIGHT
