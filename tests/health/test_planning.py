"""Owed health checks become rows: once, late or side by side."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.everywhere import PlanCount
from accounts.models import AuditEntry
from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import Contract, Device, DeviceEvent, DeviceKind
from monitoring.models import HealthReport
from monitoring.sweeps.plan_health_checks import plan_health_checks
from tests.builders import build_contract, build_device, build_site
from tests.cast import Cast
from tests.health.helpers import checks_of, covered
from tests.stage import DatabaseTime

pytestmark = pytest.mark.django_db


def months(cast: Cast) -> list[str]:
    return [f"{one.device.name} {one.month:%Y-%m}" for one in checks_of(cast.calcom) if one.month]


def test_every_system_of_a_contract_with_the_clause_is_owed_one(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-01T09:00-07:00")
    other = build_site(cast.bayview, "Mission Street")
    build_device(other, "Branch phone system")
    build_contract(cast.bayview, site=other, clauses=["HEALTH"])
    covered(cast)
    assert plan_health_checks() == PlanCount(planned=2, providers=1)
    assert months(cast) == ["Main phone system 2026-11", "Branch phone system 2026-11"]
    with provider_scope(provider_id=cast.calcom.pk):
        assert HealthReport.objects.count() == 2
        assert AuditEntry.objects.filter(action="health.planned").count() == 1


def test_a_second_sweep_writes_nothing(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-11-01T09:00-07:00")
    covered(cast)
    plan_health_checks()
    assert plan_health_checks() == PlanCount()
    assert months(cast) == ["Main phone system 2026-11"]


def test_without_the_clause_nothing_is_owed(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-11-01T09:00-07:00")
    covered(cast, clauses=("MONITOR",))
    assert plan_health_checks() == PlanCount()


def test_a_contract_that_begins_in_the_middle_of_the_month_owes_it_from_that_day(
    cast: Cast, database_time: DatabaseTime
) -> None:
    covered(cast, starts_on=date(2026, 11, 20))
    database_time.set("2026-11-20T07:59Z")
    assert plan_health_checks().planned == 0
    database_time.set("2026-11-20T08:00Z")
    assert plan_health_checks().planned == 1


def test_the_month_begins_on_the_wall_clock_of_the_contracts_zone(
    cast: Cast, database_time: DatabaseTime
) -> None:
    covered(cast)
    database_time.set("2026-10-15T09:00-07:00")
    plan_health_checks()
    database_time.set("2026-11-01T06:59Z")
    assert plan_health_checks().planned == 0
    database_time.set("2026-11-01T07:00Z")
    assert plan_health_checks().planned == 1


def test_after_an_outage_the_months_that_were_missed_are_made_up_for(
    cast: Cast, database_time: DatabaseTime
) -> None:
    covered(cast)
    database_time.set("2026-09-03T09:00-07:00")
    plan_health_checks()
    database_time.set("2026-11-20T09:00-08:00")
    plan_health_checks()
    assert [name[-7:] for name in months(cast)] == ["2026-09", "2026-10", "2026-11"]


def test_the_first_sweep_of_all_owes_no_months_of_the_past(
    cast: Cast, database_time: DatabaseTime
) -> None:
    covered(cast)
    database_time.set("2026-11-20T09:00-08:00")
    plan_health_checks()
    assert months(cast) == ["Main phone system 2026-11"]


def test_months_before_the_signature_and_before_a_device_was_known_are_not_owed(
    cast: Cast, database_time: DatabaseTime
) -> None:
    covered(cast)
    database_time.set("2026-09-03T09:00-07:00")
    plan_health_checks()
    site = build_site(cast.bayview, "Mission Street")
    late = build_device(site, "Late system")
    build_contract(cast.bayview, site=site, clauses=["HEALTH"])
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        DeviceEvent.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            device=late,
            kind="installed",
            at=scope.now,
            actor_name="Ruth",
        )
    database_time.set("2026-09-30T09:00-07:00")
    second = build_site(cast.bayview, "Third Street")
    build_device(second, "Signed late")
    contract = build_contract(cast.bayview, site=second, clauses=["HEALTH"])
    with provider_scope(provider_id=cast.calcom.pk):
        Contract.objects.filter(pk=contract.pk).update(
            signed_at=database_time.set("2026-10-05T09:00-07:00")
        )
    plan_health_checks()
    assert [name for name in months(cast) if "Main" not in name] == [
        "Late system 2026-09",
        "Late system 2026-10",
        "Signed late 2026-10",
    ]


def test_phones_are_looked_at_through_their_phone_system(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-01T09:00-07:00")
    site = build_site(cast.bayview, "Mission Street")
    build_contract(cast.bayview, site=site, clauses=["HEALTH"])
    phones = [build_device(site, name) for name in ("Lift phone", "Desk phone")]
    with provider_scope(provider_id=cast.calcom.pk):
        Device.objects.filter(site=site).update(kind=DeviceKind.PHONE)
    build_contract(cast.bayview, device=phones[0], clauses=["HEALTH"])
    plan_health_checks()
    assert months(cast) == ["Lift phone 2026-11"]


def test_what_is_out_of_service_and_whoever_is_suspended_are_left_alone(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-11-01T09:00-07:00")
    covered(cast)
    with system_scope("a test suspends"):
        type(cast.calcom).objects.filter(pk=cast.calcom.pk).update(suspended_at=now)
    assert plan_health_checks() == PlanCount()
    with system_scope("a test suspends"):
        type(cast.calcom).objects.filter(pk=cast.calcom.pk).update(suspended_at=None)
    with provider_scope(provider_id=cast.calcom.pk):
        Device.objects.update(retired_on=now.date())
    assert plan_health_checks() == PlanCount()
    assert months(cast) == []
