"""What pages tell about a contract, in plain words: promise, hours, clauses, cover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from contracts.calendar_page import DayOff, days_off_ahead
from contracts.cover_words import covers_on
from contracts.day_words import spell_day
from contracts.days import today_of_calendar
from contracts.drafts import Draft, terms_of
from contracts.examples import Example, example, next_friday
from contracts.models import Contract, ContractState, Cover, SigningState, Terms
from contracts.price_list import RatesInForce, rates_for, rates_of_terms
from contracts.promised import service_calendar
from contracts.renewals import last_day_for_notice
from contracts.sla import Metric, Priority, Promise, ServiceCalendar, hours
from contracts.terms_json import terms_from

DAYS_OFF_SHOWN = 6
SOON = timedelta(days=90)
PRIORITIES = (
    (Priority.EMERGENCY, "Emergency", "Phone system down, no dial tone"),
    (Priority.MINOR, "Minor problem", "One station, static on a line"),
)
METRICS = ((Metric.RESPOND, "We respond"), (Metric.RESOLVE, "We solve it"))


class Standing(StrEnum):
    """Where a contract stands today."""

    DRAFT = "Draft"
    WAITING = "Waiting for signature"
    CANCELLED = "Cancelled"
    UPCOMING = "Signed"
    IN_FORCE = "In force"
    ENDING = "Ending"
    ENDED = "Ended"


BEFORE_SIGNATURE: dict[str, Standing] = {
    ContractState.DRAFT: Standing.DRAFT,
    ContractState.SENT: Standing.WAITING,
    ContractState.CANCELLED: Standing.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """What is promised for one kind of problem, with an example worked out by the clock."""

    problem: str
    instance: str
    what: str
    words: str
    example: Example


@dataclass(frozen=True, slots=True)
class ContractInWords:
    """Everything that a page tells about a contract."""

    contract: Contract
    terms: Terms
    standing: Standing
    promise: Promise
    lines: Sequence[PromiseLine]
    hours: str
    days_off: Sequence[DayOff]
    covers: Sequence[str]
    rates: RatesInForce | None

    @property
    def at_the_end(self) -> str:
        """Say what happens at the end: whether it is renewed, and until when notice is in time."""
        contract = self.contract
        if contract.ending:
            return "It ends for good."
        if contract.ends_on is None or not contract.notice_days:
            return f"{contract.renewal.words()}."
        notice_by = last_day_for_notice(contract.ends_on, contract.notice_days)
        return f"{contract.renewal.words()}: by {spell_day(notice_by)} for this end."

    @property
    def included(self) -> list[dict[str, Any]]:
        """Return the clauses that the tier includes."""
        return [clause for clause in self.terms.clauses if not clause["optional"]]

    @property
    def extras(self) -> list[dict[str, Any]]:
        """Return the clauses that were taken at extra cost."""
        return [clause for clause in self.terms.clauses if clause["optional"]]

    @classmethod
    def of(cls, contract: Contract, terms: Terms, covers: Iterable[Cover], now: datetime) -> Self:
        """Put a contract into words as it looks from `now`."""
        version = terms.calendar.newest()
        calendar = service_calendar(version.pk)
        promise = Promise.from_dict(terms.promise)
        today = now.astimezone(calendar.zone).date()
        return cls(
            contract=contract,
            terms=terms,
            standing=standing(contract, today),
            promise=promise,
            lines=promise_lines(promise, calendar, now),
            hours=hours(calendar),
            days_off=days_off_ahead(version, today, DAYS_OFF_SHOWN),
            covers=[
                str(cover.device or cover.site or "The whole company")
                for cover in covers_on(contract, covers, today)
            ],
            rates=rates_of_terms(terms)
            or rates_for(provider_id=contract.provider_id, terms_id=None, day=today),
        )


def contract_in_words(contract: Contract, now: datetime) -> ContractInWords:
    """Put one contract into words: a draft by what it would promise, others by their terms."""
    covers = contract.covers.select_related("site", "device").order_by("pk")
    if contract.state == ContractState.SENT:
        request = contract.signing_requests.get(state=SigningState.WAITING)
        terms = terms_from(request.terms, contract)
    elif contract.draft is not None:
        terms = terms_of(contract, Draft.from_dict(contract.draft))
    else:
        terms = terms_on(contract, now)
    return ContractInWords.of(contract, terms, covers, now)


def terms_on(contract: Contract, now: datetime) -> Terms:
    """Return the terms of a signed contract that count today: before it begins the first ones."""
    versions = list(contract.terms.select_related("calendar").order_by("-number"))
    today = today_of_calendar(versions[0].calendar, now)
    begun = [terms for terms in versions if terms.effective_on <= today]
    return begun[0] if begun else versions[-1]


def contracts_in_words(customer_id: int, now: datetime) -> list[ContractInWords]:
    """Put a customer's signed contracts into words, those in force first, without ended ones."""
    contracts = Contract.objects.filter(customer_id=customer_id, state=ContractState.SIGNED)
    told = [contract_in_words(contract, now) for contract in contracts.order_by("number")[:20]]
    current = [words for words in told if words.standing is not Standing.ENDED]
    return sorted(current, key=lambda words: words.standing is Standing.UPCOMING)


def standing(contract: Contract, today: date) -> Standing:
    """Return where a contract stands on a day of its calendar."""
    if contract.state in BEFORE_SIGNATURE:
        return BEFORE_SIGNATURE[contract.state]
    if today < contract.starts_on:
        return Standing.UPCOMING
    if contract.ends_on is not None and contract.ends_on < today:
        return Standing.ENDED
    return Standing.ENDING if is_ending(contract, today) else Standing.IN_FORCE


def is_ending(contract: Contract, today: date) -> bool:
    """Is its end decided, or near without a renewal that comes by itself?"""
    if contract.ends_on is None:
        return False
    is_near = contract.ends_on <= today + SOON and not contract.renewal.is_automatic
    return bool(contract.ending) or is_near


def promise_lines(promise: Promise, calendar: ServiceCalendar, now: datetime) -> list[PromiseLine]:
    """Return what is promised for each kind of problem, with an example worked out by the clock."""
    if promise.is_none:
        return []
    start = next_friday(calendar, now)
    lines = []
    for priority, problem, instance in PRIORITIES:
        for metric, what in METRICS:
            if target := promise.target(priority, metric):
                worked_out = example(target, calendar, start, now)
                lines.append(PromiseLine(problem, instance, what, target.words(), worked_out))
    return lines
