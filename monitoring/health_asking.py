"""What a health check asks of a system: all that its checks ask, and what its connections add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from monitoring.check_settings import (
    HEARTBEAT,
    SNMP_TOPICS,
    SSH_TOPICS,
    Settings,
    checked_settings,
)
from monitoring.models import Check, Connection, HealthCheck, ProbeRequest, Purpose
from monitoring.models.connections import Driver

# A look into a whole system takes longer than asking whether it is there.
PATIENT_MS = 20_000
# What a connection in these languages tells beyond what somebody set up to be watched: the kind of
# question, and all topics that it can be asked about.
TELLING: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Driver.SSH: (("ssh", SSH_TOPICS),),
    Driver.ASTERISK: (("asterisk", ()), ("ssh", SSH_TOPICS)),
    Driver.SNMP: (("snmp", SNMP_TOPICS),),
    Driver.NUT: (("nut", ()),),
}


def ask_system(health_check: HealthCheck, now: datetime) -> list[int]:
    """Write down the questions for the runner; return their ids. Three queries."""
    made = ProbeRequest.objects.bulk_create(_questions(health_check, now))
    return [request.pk for request in made]


def source_of(request: ProbeRequest) -> str:
    """Return what an answer is evidence from, in words: the check, or the connection's language."""
    if request.of_check is not None:
        return f"Check “{request.of_check.name}”"
    if request.connection is not None:
        return f"{request.connection.get_driver_display()} ({request.kind})"
    return request.kind


def _questions(health_check: HealthCheck, now: datetime) -> Iterator[ProbeRequest]:
    asked: set[tuple[int | None, str]] = set()
    checks = Check.objects.running().filter(device_id=health_check.device_id)
    for check in checks.exclude(kind=HEARTBEAT).order_by("pk"):
        asked.add((check.connection_id, check.kind))
        request = _question(health_check, now, check.kind, check.settings, check.timeout_ms)
        request.connection_id, request.of_check = check.connection_id, check
        yield request
    connections = Connection.objects.filter(device_id=health_check.device_id)
    for connection in connections.filter(driver__in=list(TELLING)).order_by("pk"):
        for kind, topics in TELLING[connection.driver]:
            if (connection.pk, kind) in asked and not topics:
                continue
            settings = checked_settings(kind, {"topics": ", ".join(topics)} if topics else {})
            request = _question(health_check, now, kind, settings, PATIENT_MS)
            request.connection = connection
            yield request


def _question(
    health_check: HealthCheck, now: datetime, kind: str, settings: Settings, timeout_ms: int
) -> ProbeRequest:
    return ProbeRequest(
        provider_id=health_check.provider_id,
        customer_id=health_check.customer_id,
        device_id=health_check.device_id,
        purpose=Purpose.HEALTH.value,
        kind=kind,
        settings=dict(settings),
        timeout_ms=max(timeout_ms, PATIENT_MS),
        asked_at=now,
    )
