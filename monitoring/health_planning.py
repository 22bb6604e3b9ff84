"""Finds the health checks that are owed (clause HEALTH), and writes each of them down once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Min

from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.in_force import CoverTerms, first_day, last_day, precedence, signed_terms
from contracts.models import DeviceKind
from contracts.systems import System, systems_of
from monitoring.models import HealthCheck, HealthReport, HealthState
from monitoring.owed_health import CoverSpan, Owed, owed_checks
from monitoring.periods import Month

CLAUSE = "HEALTH"
# What is older cannot be measured any more, and nobody reads it.
CATCH_UP_MONTHS = 3
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class OwedBy:
    """A health check that is owed and not written down yet."""

    system: System
    owed: Owed


def plan_provider(provider_id: int) -> int:
    """Write down what a provider owes by now; return how many were new. A dozen queries."""
    now = database_now()
    missing = missing_checks(provider_id, now)
    reports = _open_reports(provider_id, missing, now)
    HealthCheck.objects.bulk_create(
        (
            HealthCheck(
                provider_id=provider_id,
                customer_id=one.system.customer_id,
                report_id=reports[one.system.site_id, one.owed.month.first],
                device_id=one.system.device_id,
                contract_id=one.owed.contract_id,
                month=one.owed.month.first,
                state=HealthState.OWED.value,
                planned_at=now,
                look_at=now,
            )
            for one in missing
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    return len(missing)


def missing_checks(provider_id: int, now: datetime) -> list[OwedBy]:
    """Return what is owed and not written down, system by system, the oldest month first."""
    since = _since(provider_id, now)
    spans = _spans(provider_id, since, now)
    known = HealthCheck.objects.filter(provider=provider_id, month__gte=since.first)
    written = set(known.values_list("device", "month"))
    return [
        OwedBy(system, owed)
        for system in systems_of(provider_id)
        for owed in owed_checks(_spans_of(system, spans), since=since)
        if (system.device_id, owed.month.first) not in written
    ]


def _since(provider_id: int, now: datetime) -> Month:
    """Return from which month on: the first that this provider ever planned, but not long ago."""
    this = Month.of(today_of_provider(provider_id, now))
    rows = HealthCheck.objects.filter(provider=provider_id, month__isnull=False)
    first: date | None = rows.aggregate(first=Min("month"))["first"]
    earliest = this
    for _ in range(CATCH_UP_MONTHS):
        earliest = earliest.before()
    return max(Month.of(first), earliest) if first else this


Spans = Mapping[int, Sequence[tuple[int | None, int | None, CoverSpan]]]


def _spans(provider_id: int, since: Month, now: datetime) -> Spans:
    """Return what covers things of each customer since a month: (site, device, days)."""
    begin = datetime.combine(since.first, datetime.min.time(), UTC)
    found = defaultdict(list)
    for terms in signed_terms(begin, now).filter(provider=provider_id):
        place = (terms.cover_site, terms.cover_device)
        found[terms.customer_id].append((*place, _span(terms, now)))
    return found


def _span(terms: CoverTerms, now: datetime) -> CoverSpan:
    zone = ZoneInfo(terms.zone)
    starts = [first_day(terms)]
    if terms.contract.signed_at is not None:
        # Nobody can have made the checks of months before the signature.
        starts.append(terms.contract.signed_at.astimezone(zone).date())
    return CoverSpan(
        contract_id=terms.contract_id,
        rank=precedence(terms),
        starts_on=max(starts),
        ends_on=last_day(terms),
        has_health=any(clause["code"] == CLAUSE for clause in terms.clauses),
        today=now.astimezone(zone).date(),
    )


def _spans_of(system: System, spans: Spans) -> Iterable[CoverSpan]:
    for site_id, device_id, span in spans.get(system.customer_id, ()):
        is_about = (
            device_id == system.device_id
            if device_id is not None
            # Phones are looked at through their phone system, unless a contract names one.
            else site_id in (None, system.site_id) and system.kind != DeviceKind.PHONE
        )
        if is_about:
            yield span.known_from(system.known_since)


def _open_reports(
    provider_id: int, missing: Sequence[OwedBy], now: datetime
) -> dict[tuple[int, date], int]:
    """Return the report, not signed yet, of each site and month; make those that are not there."""
    wanted = {(one.system.site_id, one.owed.month.first): one.system.customer_id for one in missing}
    months = {month for _, month in wanted}
    rows = HealthReport.objects.filter(provider=provider_id, month__in=months, signed_at=None)
    known = {
        (site, month): pk for pk, site, month in rows.values_list("pk", "site", "month") if month
    }
    made = HealthReport.objects.bulk_create(
        (
            HealthReport(
                provider_id=provider_id,
                customer_id=customer_id,
                site_id=site_id,
                month=month,
                made_at=now,
            )
            for (site_id, month), customer_id in sorted(wanted.items())
            if (site_id, month) not in known
        ),
        batch_size=BATCH,
    )
    return known | {(report.site_id, report.month): report.pk for report in made if report.month}
