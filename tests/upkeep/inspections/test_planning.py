"""Owed inspections become rows with a proposed day; visits are agreed, moved, reminded of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.everywhere import PlanCount
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import customer_scope, provider_scope
from contracts.models import DeviceKind
from notifications.models import Notice
from tests.builders import build_contract, build_device
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.inspections.helpers import at, only, owed
from upkeep.actions.agree_inspection import Visit, agree_inspection
from upkeep.actions.ask_for_inspection import ask_for_inspection
from upkeep.actions.cancel_inspection import cancel_inspection
from upkeep.models import Checklist, ChecklistLine, Inspection
from upkeep.sweeps.look_at_inspections import LookCount, look_at_inspections
from upkeep.sweeps.plan_inspections import plan_inspections

pytestmark = pytest.mark.django_db

MAY = "2026-05-04T09:00-07:00"
TUESDAY = Visit(at("2026-06-30T09:00-07:00"), at("2026-06-30T12:00-07:00"))


@pytest.fixture(autouse=True)
def in_may(database_time: DatabaseTime) -> None:
    database_time.set(MAY)


def told(cast: Cast) -> list[str]:
    with provider_scope(provider_id=cast.calcom.pk):
        return sorted(Notice.objects.values_list("kind", flat=True))


def agree(cast: Cast, inspection: Inspection, visit: Visit = TUESDAY) -> Inspection:
    with acting(cast.priya):
        return agree_inspection(inspection=inspection, visit=visit, actor=cast.priya)


def test_a_phone_system_with_the_clause_is_owed_one_in_the_year_of_its_contract(
    cast: Cast,
) -> None:
    inspection = owed(cast)
    assert inspection.year_starts_on == date(2026, 1, 1)
    assert (inspection.earliest, inspection.latest) == (date(2026, 6, 2), date(2026, 8, 31))
    assert inspection.proposed_on == date(2026, 7, 2)
    assert plan_inspections() == PlanCount()
    with acting(cast.priya):
        assert Checklist.objects.count() == 1
        assert ChecklistLine.objects.count() == 23


def test_what_hangs_on_a_phone_system_is_looked_at_with_it(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        switch = build_device(cast.market_street, "Switch")
        type(switch).objects.filter(pk=switch.pk).update(kind=DeviceKind.SWITCH)
    build_contract(cast.bayview, site=cast.market_street, clauses=("INSPECT",))
    assert plan_inspections() == PlanCount(planned=1, providers=1)
    assert only(cast).device_id == cast.phone_system.pk


def test_without_the_clause_nothing_is_owed(cast: Cast) -> None:
    build_contract(cast.bayview, device=cast.phone_system, clauses=("TROUBLE",))
    assert plan_inspections() == PlanCount()


def test_a_visit_is_agreed_and_both_sides_hear_of_it(cast: Cast) -> None:
    assert cast.dana.membership_id is not None
    visit = Visit(TUESDAY.starts_at, TUESDAY.ends_at, (cast.dana.membership_id,))
    agreed = agree(cast, owed(cast), visit)
    assert (agreed.state, agreed.moved) == ("agreed", 0)
    assert told(cast) == ["inspection_agreed"] * 2
    later = Visit(TUESDAY.starts_at + timedelta(days=1), TUESDAY.ends_at + timedelta(days=1))
    assert agree(cast, agreed, later).moved == 1


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        ("2026-05-01T09:00-07:00", "2026-05-01T12:00-07:00", "day"),
        ("2026-06-30T12:00-07:00", "2026-06-30T12:00-07:00", "end"),
        ("2026-06-30T09:00-07:00", "2026-07-01T09:00-07:00", "end"),
        ("2026-06-01T09:00-07:00", "2026-06-01T12:00-07:00", "day"),
        ("2026-07-03T09:00-07:00", "2026-07-03T12:00-07:00", "day"),
        ("2026-06-30T16:00-07:00", "2026-06-30T18:00-07:00", "day"),
    ],
)
def test_a_time_that_cannot_be_changes_nothing(
    cast: Cast, starts: str, ends: str, field: str
) -> None:
    inspection = owed(cast)
    with pytest.raises(BadInput) as error:
        agree(cast, inspection, Visit(at(starts), at(ends)))
    assert error.value.field == field
    assert only(cast).state == "planned"
    assert told(cast) == []


def test_a_reason_lets_a_visit_lie_on_a_holiday(cast: Cast) -> None:
    visit = Visit(
        at("2026-07-03T09:00-07:00"), at("2026-07-03T12:00-07:00"), reason="The office is empty"
    )
    assert agree(cast, owed(cast), visit).reason == "The office is empty"


def test_technicians_do_not_plan_and_strangers_do_not_come(cast: Cast) -> None:
    inspection = owed(cast)
    with acting(cast.dana), pytest.raises(NotAllowed):
        agree_inspection(inspection=inspection, visit=TUESDAY, actor=cast.dana)
    assert cast.elena.membership_id is not None
    visit = Visit(TUESDAY.starts_at, TUESDAY.ends_at, (cast.elena.membership_id,))
    with pytest.raises(BadInput) as error:
        agree(cast, inspection, visit)
    assert error.value.field == "technicians"


def test_two_days_before_people_are_reminded_once(cast: Cast, database_time: DatabaseTime) -> None:
    agree(cast, owed(cast))
    database_time.set("2026-06-28T08:59-07:00")
    assert look_at_inspections() == LookCount()
    database_time.set("2026-06-28T09:00-07:00")
    assert look_at_inspections() == LookCount(reminded=1)
    assert look_at_inspections() == LookCount()
    assert told(cast) == ["inspection_agreed", "inspection_reminder"]


def test_after_its_last_day_it_is_overdue_once(cast: Cast, database_time: DatabaseTime) -> None:
    owed(cast)
    database_time.set("2026-09-01T08:00-07:00")
    assert look_at_inspections() == LookCount(overdue=1)
    assert look_at_inspections() == LookCount()
    # Priya and Ruth plan.
    assert told(cast) == ["inspection_overdue"] * 2


def test_a_cancelled_one_says_why_and_is_not_planned_again(cast: Cast) -> None:
    inspection = agree(cast, owed(cast))
    with acting(cast.priya):
        with pytest.raises(BadInput):
            cancel_inspection(inspection=inspection, reason=" ", actor=cast.priya)
        cancel_inspection(inspection=inspection, reason="The site moves", actor=cast.priya)
    assert only(cast).state == "cancelled"
    assert told(cast) == ["inspection_agreed", "inspection_cancelled"]
    assert plan_inspections() == PlanCount()
    with pytest.raises(RuleBroken):
        agree(cast, inspection)


def test_customers_hear_that_one_is_cancelled_that_was_owed_and_not_agreed_yet(
    cast: Cast,
) -> None:
    inspection = owed(cast)
    with acting(cast.priya):
        cancel_inspection(inspection=inspection, reason="The site moves", actor=cast.priya)
    assert told(cast) == ["inspection_cancelled"]


def test_one_can_be_asked_for_beside_those_that_are_owed(cast: Cast) -> None:
    with acting(cast.priya):
        made = ask_for_inspection(device=cast.phone_system, actor=cast.priya)
        assert made.year_starts_on is None
        with pytest.raises(RuleBroken):
            ask_for_inspection(device=cast.phone_system, actor=cast.priya)


def test_customers_see_their_own_inspections_only(cast: Cast) -> None:
    inspection = owed(cast)
    scope: Any = {"provider_id": cast.calcom.pk}
    with customer_scope(**scope, customer_id=cast.bayview.pk):
        assert Inspection.objects.get().pk == inspection.pk
    with customer_scope(**scope, customer_id=cast.sutter.pk):
        assert not Inspection.objects.exists()
