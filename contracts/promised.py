"""What is promised for a thing at an instant: its contract, the terms of it, the calendar."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from accounts.models import Customer
from calcom_portal.common.errors import RuleBroken
from contracts.models import CalendarVersion, ContractState, Terms
from contracts.sla import Promise, ServiceCalendar

DAY = timedelta(days=1)
MOST_KEPT = 10_000
WITHOUT_TERMS = Promise.none("No contract covers this, so there is no response promise.")
NOT_COVERED = "No contract covers {what} on {day}, so there is no response promise."
COVERED = "Contract {number} ({tier}) covers {what}."
COVERED_WITHOUT_PROMISE = "Contract {number} ({tier}) covers {what}, without a response promise."
DEVICE, SITE, CUSTOMER = "this device", "this site", "the whole company"
RANKS = {DEVICE: 0, SITE: 1, CUSTOMER: 2}


@dataclass(frozen=True)
class Promised:
    """The promise that applies, the calendar that counts it, and in words why this one.

    Without a contract, and on a tier without targets, `promise.is_none` holds and `reason` says so.
    """

    contract_id: int | None
    terms_id: int | None
    calendar_version_id: int
    promise: Promise
    calendar: ServiceCalendar
    reason: str
    contract_number: str
    tier_name: str


def promised_for(
    *, customer_id: int, site_id: int | None, device_id: int | None, at: datetime
) -> Promised:
    """Return the promise of the device's contract, else of the site's, else of the customer's.

    In force means: signed, and the day of `at` on the wall clock of the contract's calendar lies
    between its dates, both included. A device given without its site counts at the
    site where it stands. Two queries at most. Raises RuleBroken when the provider has no default
    calendar.
    """
    rows = _candidates(customer_id, site_id, device_id, at)
    in_force = [terms for terms in rows if _is_in_force(terms, at)]
    if not in_force:
        return _without_contract(customer_id, _what(site_id, device_id), at)
    return _by_contract(min(in_force, key=_precedence))


def service_calendar(calendar_version_id: int) -> ServiceCalendar:
    """Return a version's calendar, compiled. Kept in the process: versions never change."""
    calendar = _calendars.get(calendar_version_id)
    return calendar or _compiled(CalendarVersion.objects.get(pk=calendar_version_id))


def promise_of_terms(terms_id: int | None) -> Promise:
    """Return the promise of frozen terms. Kept in the process: terms never change."""
    return promises_of_terms({terms_id})[terms_id]


def promises_of_terms(terms_ids: Collection[int | None]) -> dict[int | None, Promise]:
    """Return the promises of many frozen terms: one query at most, for those not yet kept."""
    wanted = {terms_id for terms_id in terms_ids if terms_id is not None}
    if missing := wanted - _promises.keys():
        if len(_promises) > MOST_KEPT:
            _promises.clear()
            missing = wanted
        rows = Terms.objects.filter(pk__in=missing).values_list("pk", "promise")
        _promises.update((key, Promise.from_dict(promise)) for key, promise in rows)
    return {terms_id: _promises[terms_id] for terms_id in wanted} | {None: WITHOUT_TERMS}


def newest_version_of(calendar: str) -> Subquery:
    """Return a subquery for the id of the newest version of the calendar at the path `calendar`."""
    versions = CalendarVersion.objects.filter(calendar=OuterRef(calendar)).order_by("-number")
    return Subquery(versions.values("pk")[:1])


def forget_promises() -> None:
    """Empty this process's caches: for tests whose databases number their rows from one again."""
    _calendars.clear()
    _promises.clear()


_calendars: dict[int, ServiceCalendar] = {}
_promises: dict[int, Promise] = {}


def _compiled(version: CalendarVersion) -> ServiceCalendar:
    return _calendars.setdefault(version.pk, ServiceCalendar.from_dict(version.spec))


def _candidates(
    customer_id: int, site_id: int | None, device_id: int | None, at: datetime
) -> QuerySet[Terms]:
    covers = Q(cover_site=None, cover_device=None)
    if site_id is not None:
        covers |= Q(cover_site=site_id)
    if device_id is not None:
        covers |= Q(cover_device=device_id) | Q(contract__covers__site__devices=device_id)
    # A day's margin on both sides: which day it is depends on the zone of each calendar.
    first, last = (at - DAY).date(), (at + DAY).date()
    rows: QuerySet[Terms] = (
        Terms.objects.select_related("contract")
        .annotate(
            cover_site=F("contract__covers__site"),
            cover_device=F("contract__covers__device"),
            version_id=newest_version_of("calendar"),
            zone=Subquery(
                CalendarVersion.objects.filter(calendar=OuterRef("calendar"))
                .order_by("-number")
                .values(tz=KT("spec__tz"))[:1]
            ),
        )
        .filter(
            Q(contract__ends_on=None) | Q(contract__ends_on__gte=first),
            covers,
            customer_id=customer_id,
            contract__state=ContractState.SIGNED,
            contract__starts_on__lte=last,
            effective_on__lte=last,
        )
    )
    return rows


def _is_in_force(terms: Terms, at: datetime) -> bool:
    day = at.astimezone(ZoneInfo(terms.zone)).date()  # type: ignore[attr-defined]
    contract = terms.contract
    starts = max(contract.starts_on, terms.effective_on)
    return starts <= day and (contract.ends_on is None or day <= contract.ends_on)


def _precedence(terms: Terms) -> tuple[int, int]:
    # The nearest cover first; of one contract the terms that were agreed last, among those in
    # effect.
    return (RANKS[_covered(terms)], -terms.number)


def _covered(terms: Terms) -> str:
    if terms.cover_device is not None:  # type: ignore[attr-defined]
        return DEVICE
    return CUSTOMER if terms.cover_site is None else SITE  # type: ignore[attr-defined]


def _what(site_id: int | None, device_id: int | None) -> str:
    if device_id is not None:
        return DEVICE
    return CUSTOMER if site_id is None else SITE


def _by_contract(terms: Terms) -> Promised:
    promise = Promise.from_dict(terms.promise)
    words = COVERED_WITHOUT_PROMISE if promise.is_none else COVERED
    version_id: int = terms.version_id  # type: ignore[attr-defined]
    return Promised(
        contract_id=terms.contract_id,
        terms_id=terms.pk,
        calendar_version_id=version_id,
        promise=promise,
        calendar=service_calendar(version_id),
        reason=words.format(
            number=terms.contract.number, tier=terms.tier_name, what=_covered(terms)
        ),
        contract_number=terms.contract.number,
        tier_name=terms.tier_name,
    )


def _without_contract(customer_id: int, what: str, at: datetime) -> Promised:
    # A system worker sees every provider: the default calendar is that of the customer's own.
    version = _default_version(Customer.objects.filter(pk=customer_id).values("provider"))
    calendar = _compiled(version)
    reason = NOT_COVERED.format(what=what, day=_day(at.astimezone(calendar.zone).date()))
    return Promised(
        contract_id=None,
        terms_id=None,
        calendar_version_id=version.pk,
        promise=Promise.none(reason),
        calendar=calendar,
        reason=reason,
        contract_number="",
        tier_name="",
    )


def _default_version(provider: QuerySet[Customer, Any]) -> CalendarVersion:
    versions = CalendarVersion.objects.filter(calendar__is_default=True, provider__in=provider)
    version: CalendarVersion | None = versions.order_by("-number").first()
    if version is None:
        raise RuleBroken(
            "There is no default service calendar yet, so no time can be counted.",
            remedy="Ask an administrator to make one under Calendars.",
        )
    return version


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
