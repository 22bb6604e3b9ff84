"""Equipment with checks and connections, and the runner's part in a health check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Provider
from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import Device
from monitoring.health.readings import Answer
from monitoring.health_writing import write_check
from monitoring.models import (
    Check,
    Connection,
    HealthCheck,
    HealthItem,
    HealthReport,
    HealthState,
    ProbeRequest,
    Rollup,
    Step,
)
from monitoring.sweeps.collect_health_checks import CollectCount, collect_health_checks
from monitoring.sweeps.plan_health_checks import plan_health_checks
from tests.builders import build_contract
from tests.cast import Cast
from tests.stage import DatabaseTime

FACTS: dict[str, Any] = {
    "disk.used_percent:/": 82,
    "memory.used_percent": 60,
    "uptime.seconds": 40 * 86_400,
    "version": "Asterisk 22.10.1",
    "phones.registered": 38,
    "phones.provisioned": 40,
}


def covered(cast: Cast, *, clauses: tuple[str, ...] = ("MONITOR", "HEALTH"), **kwargs: Any) -> None:
    """Give Bayview's phone system a contract of its own with these clauses."""
    build_contract(cast.bayview, device=cast.phone_system, clauses=clauses, **kwargs)


def build_check(device: Device, name: str = "Call engine", **values: Any) -> Check:
    """Have a device watched."""
    with provider_scope(provider_id=device.provider_id) as scope:
        fields = {"kind": "sip-udp", "created_at": scope.now, "since": scope.now} | values
        return Check.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            name=name,
            **fields,
        )


def build_connection(device: Device, driver: str = "snmp") -> Connection:
    """Give a device a connection."""
    with provider_scope(provider_id=device.provider_id):
        return Connection.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            driver=driver,
            host="192.0.2.7",
        )


def build_day(check: Check, day: str, **values: int) -> None:
    """Give a check the figures of a day."""
    with provider_scope(provider_id=check.provider_id):
        Rollup.objects.create(
            provider_id=check.provider_id,
            customer_id=check.customer_id,
            of_check=check,
            step=Step.DAY.value,
            starts_at=datetime.fromisoformat(day).replace(tzinfo=UTC),
            **values,
        )


def build_step(check: Check, starts_at: datetime, **values: int) -> None:
    """Give a check the figures of five minutes."""
    with provider_scope(provider_id=check.provider_id):
        Rollup.objects.create(
            provider_id=check.provider_id,
            customer_id=check.customer_id,
            of_check=check,
            step=Step.FIVE_MINUTES.value,
            starts_at=starts_at,
            **values,
        )


def answer_all(facts: Mapping[str, Any] = FACTS, *, outcome: str = "alive") -> int:
    """Be the runner: answer every question that waits."""
    with system_scope("a test plays the runner") as scope:
        rows = ProbeRequest.objects.filter(answered_at=None)
        return rows.update(
            answered_at=scope.now, outcome=outcome, facts=dict(facts), words="It said so"
        )


def made(
    database_time: DatabaseTime, instant: str, facts: Mapping[str, Any] = FACTS
) -> CollectCount:
    """Have everything planned, asked, answered and collected at an instant."""
    now = database_time.set(instant)
    plan_health_checks()
    collect_health_checks()
    answer_all(facts)
    database_time.set(now + timedelta(seconds=3))
    return collect_health_checks()


def checks_of(provider: Provider) -> list[HealthCheck]:
    """Return a provider's health checks, the oldest first."""
    with provider_scope(provider_id=provider.pk):
        return list(HealthCheck.objects.select_related("device", "report").order_by("pk"))


def build_report(device: Device) -> HealthItem:
    """Make a report that waits for its signature; return its finding."""
    with provider_scope(provider_id=device.provider_id) as scope:
        owner = {"provider_id": device.provider_id, "customer_id": device.customer_id}
        report = HealthReport.objects.create(
            **owner,
            site_id=device.site_id,
            month=scope.now.date().replace(day=1),
            made_at=scope.now,
        )
        check = HealthCheck.objects.create(
            **owner,
            report=report,
            device=device,
            month=report.month,
            planned_at=scope.now,
            state=HealthState.COLLECTED.value,
        )
        facts = {"disk.used_percent:/": 82, "memory.used_percent": 60}
        write_check(check, [Answer("SSH", scope.now, facts)], scope.now)
        return check.items.select_related("health_check__report").get(code="disk")
