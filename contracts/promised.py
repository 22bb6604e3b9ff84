"""What is promised for a thing at an instant: its contract, the terms of it, the calendar."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Customer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.prepared import prepared
from contracts.day_words import spell_day
from contracts.in_force import (
    CUSTOMER,
    DEVICE,
    SITE,
    CoverTerms,
    covered,
    days_about,
    is_in_force,
    precedence,
    signed_terms,
    terms_between,
)
from contracts.models import CalendarVersion, Device, Terms
from contracts.sla import Promise, ServiceCalendar

MOST_KEPT = 10_000
WITHOUT_TERMS = Promise.none("No contract covers this, so there is no response promise.")
NOT_COVERED = "No contract covers {what} on {day}, so there is no response promise."
COVERED = "Contract {number} ({tier}) covers {what}."
COVERED_WITHOUT_PROMISE = "Contract {number} ({tier}) covers {what}, without a response promise."


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
    terms: Terms | None = field(default=None, repr=False, compare=False)


def promised_for(
    *, customer_id: int, site_id: int | None, device_id: int | None, at: datetime
) -> Promised:
    """Return the promise of the device's contract, else of the site's, else of the customer's.

    In force means: signed, and the day of `at` on the wall clock of the contract's calendar lies
    between its dates, both included. A device given without its site counts at the site where it
    stands; given with one, at that. Two queries at most. Raises RuleBroken when the provider has no
    default calendar.
    """
    rows = _candidates(
        customer_id,
        site_id,
        device_id,
        device_id if site_id is None else None,
        *days_about(at),
    )
    in_force = [terms for terms in rows if is_in_force(terms, at)]
    if not in_force:
        return _without_contract(customer_id, _what(site_id, device_id), at)
    return _by_contract(min(in_force, key=precedence))


@dataclass(frozen=True, slots=True)
class Question:
    """A thing of a customer, and the instant for which its promise is asked."""

    site_id: int | None
    device_id: int | None
    at: datetime


def promised_for_all(customer_id: int, questions: Sequence[Question]) -> list[Promised]:
    """Return the promises of many things of a customer: few queries, however many there are.

    Devices stand at the site that is given with them.
    """
    if not questions:
        return []
    instants = [one.at for one in questions]
    rows = list(signed_terms(min(instants), max(instants)).filter(customer_id=customer_id))
    return [_answer(customer_id, rows, one) for one in questions]


def _answer(customer_id: int, rows: Iterable[CoverTerms], asked: Question) -> Promised:
    in_force = [
        terms
        for terms in rows
        if _is_about(terms, asked.site_id, asked.device_id) and is_in_force(terms, asked.at)
    ]
    if not in_force:
        return _without_contract(customer_id, _what(asked.site_id, asked.device_id), asked.at)
    return _by_contract(min(in_force, key=precedence))


def _is_about(terms: CoverTerms, site_id: int | None, device_id: int | None) -> bool:
    device, site = terms.cover_device, terms.cover_site
    if device is not None:
        return bool(device == device_id)
    return site is None or bool(site == site_id)


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


def forget_promises() -> None:
    """Empty this process's caches: for tests whose databases number their rows from one again."""
    _calendars.clear()
    _promises.clear()


_calendars: dict[int, ServiceCalendar] = {}
_promises: dict[int, Promise] = {}


def _compiled(version: CalendarVersion) -> ServiceCalendar:
    return _calendars.setdefault(version.pk, ServiceCalendar.from_dict(version.spec))


def _read(terms: Terms) -> Promise:
    return _promises.setdefault(terms.pk, Promise.from_dict(terms.promise))


@prepared
def _candidates(
    customer_id: int,
    site_id: int | None,
    device_id: int | None,
    device_without_site: int | None,
    first: date,
    last: date,
) -> QuerySet[CoverTerms]:
    # An id that is None equals nothing.
    place = Device.objects.filter(Q(id=device_without_site)).values("site")
    covers = (
        Q(cover_site=None, cover_device=None)
        | Q(cover_site=site_id)
        | Q(cover_device=device_id)
        | Q(cover_site__in=place)
    )
    return terms_between(first, last).filter(covers, customer_id=customer_id)


def _what(site_id: int | None, device_id: int | None) -> str:
    if device_id is not None:
        return DEVICE
    return CUSTOMER if site_id is None else SITE


def _by_contract(terms: CoverTerms) -> Promised:
    promise = _promises.get(terms.pk) or _read(terms)
    words = COVERED_WITHOUT_PROMISE if promise.is_none else COVERED
    version_id: int = terms.version_id
    return Promised(
        contract_id=terms.contract_id,
        terms_id=terms.pk,
        calendar_version_id=version_id,
        promise=promise,
        calendar=service_calendar(version_id),
        reason=words.format(
            number=terms.contract.number, tier=terms.tier_name, what=covered(terms)
        ),
        contract_number=terms.contract.number,
        tier_name=terms.tier_name,
        terms=terms,
    )


def _without_contract(customer_id: int, what: str, at: datetime) -> Promised:
    # A system worker sees every provider: the default calendar is that of the customer's own.
    version = _default_version(Customer.objects.filter(pk=customer_id).values("provider"))
    calendar = _compiled(version)
    reason = NOT_COVERED.format(what=what, day=spell_day(at.astimezone(calendar.zone).date()))
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
