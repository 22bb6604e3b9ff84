"""Finds the inspections that are owed (clause INSPECT), and writes each of them down once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max

from calcom_portal.common.tenancy import database_now
from contracts.coverage import contract_year
from contracts.days import today_of_provider
from contracts.in_force import CoverTerms, first_day, last_day, precedence, signed_terms
from contracts.models import DeviceKind
from contracts.promised import service_calendar
from contracts.sla import ServiceCalendar
from contracts.systems import System, systems_of
from upkeep.inspecting.checklists import found_checklist
from upkeep.inspecting.looking import look_at_of
from upkeep.inspections.years import (
    AHEAD,
    DAY,
    CoverSpan,
    Owed,
    Window,
    owed_inspections,
    propose_day,
    window_of,
)
from upkeep.models import Inspection

CLAUSE = "INSPECT"
A_YEAR = timedelta(days=366)
# A visit needs so much open time on its day.
VISIT = timedelta(hours=2)
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Promise:
    """What covers a thing (a site, a device, or neither: the whole company), and its calendar."""

    site_id: int | None
    device_id: int | None
    span: CoverSpan
    calendar_version_id: int


def plan_provider(provider_id: int) -> int:
    """Write down what a provider owes by now; return how many were new. A dozen queries."""
    found_checklist(provider_id)
    now = database_now()
    today = today_of_provider(provider_id, now)
    promises = _promises(provider_id, now)
    systems = systems_of(provider_id)
    written = _written(provider_id)
    previous = _previous(provider_id)
    taken = _taken(provider_id)
    rows = []
    for system in systems:
        held = list(_promises_of(system, promises))
        for owed in owed_inspections([one.span for one in held], today, contract_year):
            if (system.device_id, owed.contract_id, owed.year.first) not in written:
                calendar = _calendar(held, owed.contract_id)
                window = window_of(owed.covered, previous.get(system.device_id))
                day = propose_day(window, today + DAY, _is_open(calendar), taken)
                taken.update([day] if day else [])
                rows.append(_row(system, owed, window, day, calendar.zone))
    for row in rows:
        row.provider_id, row.planned_at = provider_id, now
    Inspection.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


def has_time(calendar: ServiceCalendar, day: date) -> bool:
    """Is the calendar open long enough on a day for a visit?"""
    start = datetime.combine(day, time(), calendar.zone)
    end = datetime.combine(day + DAY, time(), calendar.zone)
    return calendar.between(start, end) >= VISIT


def _is_open(calendar: ServiceCalendar) -> Callable[[date], bool]:
    return lambda day: has_time(calendar, day)


def _row(
    system: System, owed: Owed, window: Window, day: date | None, zone: ZoneInfo
) -> Inspection:
    inspection = Inspection(
        customer_id=system.customer_id,
        site_id=system.site_id,
        device_id=system.device_id,
        contract_id=owed.contract_id,
        year_starts_on=owed.year.first,
        earliest=window.earliest,
        latest=window.latest,
        proposed_on=day,
    )
    inspection.look_at = look_at_of(inspection, zone)
    return inspection


def _promises(provider_id: int, now: datetime) -> Mapping[int, Sequence[Promise]]:
    found = defaultdict(list)
    for terms in signed_terms(now - A_YEAR, now + A_YEAR + AHEAD).filter(provider=provider_id):
        found[terms.customer_id].append(
            Promise(
                terms.cover_site,
                terms.cover_device,
                _span(terms),
                terms.version_id,
            )
        )
    return found


def _span(terms: CoverTerms) -> CoverSpan:
    starts = [first_day(terms)]
    if terms.contract.signed_at is not None:
        zone = ZoneInfo(terms.zone)
        starts.append(terms.contract.signed_at.astimezone(zone).date())
    return CoverSpan(
        contract_id=terms.contract_id,
        anchor=terms.contract.starts_on,
        rank=precedence(terms),
        starts_on=max(starts),
        ends_on=last_day(terms),
        has_inspections=any(clause["code"] == CLAUSE for clause in terms.clauses),
    )


def _promises_of(system: System, promises: Mapping[int, Sequence[Promise]]) -> Iterable[Promise]:
    for one in promises.get(system.customer_id, ()):
        is_about = (
            one.device_id == system.device_id
            if one.device_id is not None
            # What hangs on a phone system is looked at with it, unless a contract names it.
            else one.site_id in (None, system.site_id) and system.kind == DeviceKind.PBX
        )
        if is_about:
            span = one.span.known_from(system.known_since)
            yield Promise(one.site_id, one.device_id, span, one.calendar_version_id)


def _calendar(held: Iterable[Promise], contract_id: int) -> ServiceCalendar:
    of_contract = (one for one in held if one.span.contract_id == contract_id)
    return service_calendar(min(of_contract, key=lambda one: one.span.rank).calendar_version_id)


def _written(provider_id: int) -> set[tuple[int, int, date | None]]:
    rows = Inspection.objects.filter(provider=provider_id, year_starts_on__isnull=False)
    return set(rows.values_list("device", "contract", "year_starts_on"))


def _previous(provider_id: int) -> dict[int, date]:
    rows = Inspection.objects.filter(provider=provider_id).done()
    last = rows.values_list("device").annotate(Max("left_at")).order_by()
    return {device: at.astimezone(UTC).date() for device, at in last if at is not None}


def _taken(provider_id: int) -> Counter[date]:
    rows = Inspection.objects.filter(provider=provider_id).open()
    days = (
        starts_at.date() if starts_at else day
        for starts_at, day in rows.values_list("starts_at", "proposed_on")
    )
    return Counter(day for day in days if day is not None)
