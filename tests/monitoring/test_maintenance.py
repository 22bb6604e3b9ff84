"""Planned work is not an outage (clause MONITOR)."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from accounts.models import AuditEntry
from calcom_portal.common.errors import BadInput, Missing, NotAllowed, RuleBroken
from monitoring.actions.cancel_maintenance import cancel_maintenance
from monitoring.actions.change_maintenance import change_maintenance
from monitoring.actions.plan_maintenance import WorkPlan, plan_maintenance
from monitoring.models import Check, Maintenance, Recurrence
from tests.builders import build_contract, build_site
from tests.cast import Cast
from tests.monitoring.outages import (
    build_check,
    build_other,
    follow,
    incidents,
    minute,
    seen,
    tickets,
    unhandled,
)
from tests.stage import DatabaseTime, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(cast: Cast, database_time: DatabaseTime) -> Check:
    """The phone system's own check, at 10:00 of a Monday."""
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    return build_check(cast.phone_system)


def plan_of(cast: Cast, **changes: Any) -> WorkPlan:
    """Return work at Market Street from 10:00 to 10:30."""
    values: dict[str, Any] = {
        "customer_id": cast.bayview.pk,
        "title": "New firmware",
        "starts_on": date(2026, 6, 15),
        "starts_at": time(10),
        "zone": "America/Los_Angeles",
        "minutes": 30,
    }
    return WorkPlan(**(values | changes))


def planned(cast: Cast, **changes: Any) -> Maintenance:
    with acting(cast.priya):
        return plan_maintenance(plan=plan_of(cast, **changes), actor=cast.priya)


@pytest.mark.parametrize("of", ["customer", "site", "device"])
def test_what_fails_and_comes_back_within_the_window_is_no_outage(
    cast: Cast, check: Check, database_time: DatabaseTime, of: str
) -> None:
    places: dict[str, dict[str, int]] = {
        "customer": {},
        "site": {"site_id": cast.market_street.pk},
        "device": {"device_id": cast.phone_system.pk},
    }
    planned(cast, **places[of])
    seen(check, "sd", 1)
    follow(database_time, 5)
    seen(check, "ru", 10)
    follow(database_time, 40)
    assert (incidents(cast), tickets(cast), unhandled(cast)) == ([], [], 0)


def test_what_is_still_silent_at_the_end_of_the_window_is_an_outage_from_then_on(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    planned(cast)
    seen(check, "sd", 1)
    follow(database_time, 29.9)
    assert (incidents(cast), unhandled(cast)) == ([], 1)
    follow(database_time, 30)
    (incident,) = incidents(cast)
    assert (incident.opened_at, incident.confirmed_at) == (minute(30), minute(30))
    assert len(tickets(cast)) == 1


def test_work_elsewhere_changes_nothing(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    other = build_site(cast.bayview, "Harbour")
    planned(cast, site_id=other.pk)
    planned(cast, device_id=build_other(cast, "Switch", "switch").pk)
    seen(check, "sd", 1)
    follow(database_time, 3)
    assert len(incidents(cast)) == 1


def test_work_on_the_equipment_before_covers_what_is_behind_it(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    router = build_other(cast, "Router", "other")
    parent = build_check(router, "Ping", kind="icmp")
    with acting(cast.ruth):
        Check.objects.filter(pk=check.pk).update(parent=parent)
    planned(cast, device_id=router.pk)
    seen(parent, "sd", 1)
    seen(check, "sd", 1)
    follow(database_time, 5)
    assert (incidents(cast), unhandled(cast)) == ([], 2)


def test_an_open_incident_goes_on_through_planned_work(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    planned(cast)
    seen(check, "ru", 5)
    follow(database_time, 7)
    assert [incident.recovered_at for incident in incidents(cast)] == [minute(6)]


def test_cancelling_looks_at_once_at_what_is_silent(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    work = planned(cast)
    seen(check, "sd", 1)
    follow(database_time, 5)
    with acting(cast.priya):
        cancel_maintenance(work=work, actor=cast.priya)
    follow(database_time, 6)
    assert [incident.opened_at for incident in incidents(cast)] == [minute(1)]
    with acting(cast.priya), pytest.raises(RuleBroken):
        cancel_maintenance(work=work, actor=cast.priya)


def test_a_longer_window_waits_longer(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    work = planned(cast)
    seen(check, "sd", 1)
    follow(database_time, 5)
    with acting(cast.priya):
        change_maintenance(work=work, plan=plan_of(cast, minutes=60), actor=cast.priya)
    follow(database_time, 31)
    assert incidents(cast) == []
    follow(database_time, 60)
    assert len(incidents(cast)) == 1


def test_weekly_work_keeps_its_weekdays_in_order_and_other_work_none(
    cast: Cast, check: Check
) -> None:
    weekly = planned(cast, recurrence=Recurrence.WEEKLY, weekdays=(5, 1, 5))
    assert weekly.weekdays == [1, 5]
    assert planned(cast, weekdays=(1, 5), until=date(2026, 7, 1)).weekdays == []
    assert planned(cast, until=date(2026, 7, 1)).until is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 7 * 24 * 60 + 1}, "minutes"),
        ({"minutes": 24 * 60, "recurrence": Recurrence.DAILY}, "minutes"),
        ({"weekdays": (0,), "recurrence": Recurrence.WEEKLY}, "weekdays"),
        ({"starts_on": date(1989, 12, 31)}, "starts_on"),
        ({"until": date(2200, 1, 1)}, "until"),
        ({"until": date(2026, 6, 14), "recurrence": Recurrence.DAILY}, "until"),
        ({"starts_on": date(2026, 6, 14)}, "starts_on"),
        (
            {
                "starts_on": date(2026, 6, 1),
                "until": date(2026, 6, 14),
                "recurrence": Recurrence.DAILY,
            },
            "until",
        ),
        ({"site_id": 10**15}, "site"),
        ({"device_id": 10**15}, "device"),
    ],
)
def test_a_plan_that_is_none_is_refused_by_field(
    cast: Cast, check: Check, changes: dict[str, Any], field: str
) -> None:
    with acting(cast.priya):
        before = AuditEntry.objects.count()
        with pytest.raises(BadInput) as refused:
            plan_maintenance(plan=plan_of(cast, **changes), actor=cast.priya)
        assert refused.value.field == field
        assert not Maintenance.objects.exists()
        assert AuditEntry.objects.count() == before


def test_a_device_of_another_site_is_refused(cast: Cast, check: Check) -> None:
    other = build_site(cast.bayview, "Harbour")
    plan = plan_of(cast, site_id=other.pk, device_id=cast.phone_system.pk)
    with acting(cast.priya), pytest.raises(BadInput):
        plan_maintenance(plan=plan, actor=cast.priya)


def test_a_rivals_customer_is_not_there(cast: Cast, check: Check) -> None:
    with acting(cast.nils), pytest.raises(Missing):
        plan_maintenance(plan=plan_of(cast), actor=cast.nils)


@pytest.mark.parametrize("by", ["elena", "amit", "dana"])
def test_technicians_and_customers_do_not_plan_work(cast: Cast, check: Check, by: str) -> None:
    viewer = getattr(cast, by)
    with acting(viewer), pytest.raises(NotAllowed):
        plan_maintenance(plan=plan_of(cast), actor=viewer)
    with acting(cast.priya):
        assert not Maintenance.objects.exists()
