"""What a customer reads of its contract: what was promised, what not, what costs extra, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from calcom_portal.common.tenancy import current_scope
from contracts.calendar_page import DayOff
from contracts.catalogue import CLAUSES
from contracts.contract_page import ContractInWords, contracts_in_words
from contracts.day_words import spell_day
from contracts.models import Clause, Contract, Ending, TierClause
from contracts.papers import Paper, papers_of
from contracts.promised import service_calendar
from contracts.rates import spell_amount
from contracts.renewals import RenewalRule, last_day_for_notice
from contracts.sla import CalendarNeverCloses, ServiceCalendar
from contracts.wordings import fill_in

# For terms that were signed before clauses said what they mean.
MEANINGS: Final = {clause.code: clause.meaning for clause in CLAUSES}
WITHOUT = (
    "Without a contract you can still report problems. No time is promised then, and work is"
    " billed."
)
ENDINGS: Final = {
    Ending.NOTICE: "Notice was given: it ends on {day}.",
    Ending.CUT_SHORT: "It ends early, on {day}.",
    Ending.OPEN: "It ends on {day}.",
}
PERIOD: Final = "Its present period ends on {day}."


@dataclass(frozen=True, slots=True)
class PlainClause:
    """A clause for the customer: what it means to them, then the words that were signed."""

    code: str
    title: str
    meaning: str
    wording: str
    price: str = ""


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Whether the calendar is open, and until when that holds; None: always."""

    is_open: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OurContract:
    """One contract as its customer reads it."""

    told: ContractInWords
    now: OpenNow
    next_day_off: DayOff | None
    included: Sequence[PlainClause]
    extras: Sequence[PlainClause]
    not_included: Sequence[PlainClause]
    ending: Sequence[str]
    papers: Sequence[Paper]
    can_read_papers: bool


def our_contracts(customer_id: int, now: datetime) -> list[OurContract]:
    """Put a customer's contracts into plain words, those in force first, without ended ones."""
    offers = _offers()
    return [_one(told, offers, now) for told in contracts_in_words(customer_id, now)]


def _one(
    told: ContractInWords, offers: Mapping[str, Mapping[str, TierClause]], now: datetime
) -> OurContract:
    calendar = service_calendar(told.terms.calendar.newest().pk)
    currency = told.rates.rates.currency if told.rates else ""
    return OurContract(
        told=told,
        now=_open_now(calendar, now),
        next_day_off=told.days_off[0] if told.days_off else None,
        included=[_plain(clause, currency) for clause in told.included],
        extras=[_plain(clause, currency) for clause in told.extras],
        not_included=_not_included(told, offers, currency),
        ending=ending_words(told.contract),
        papers=papers_of(told.contract),
        can_read_papers=current_scope().limit is None,
    )


def ending_words(contract: Contract) -> list[str]:
    """Say when a contract ends, and what happens then."""
    ends_on = contract.ends_on
    if ends_on is None:
        return ["It has no last day: it runs on until one of us ends it."]
    ending, renewal = Ending(contract.ending), contract.renewal
    goes_on = ending is Ending.OPEN and renewal.rule is RenewalRule.AUTOMATIC
    words = [(PERIOD if goes_on else ENDINGS[ending]).format(day=spell_day(ends_on))]
    if ending is Ending.OPEN:
        told = renewal.words()
        words.append(f"It {told[0].lower()}{told[1:]}.")
        words += _notice(contract, ends_on)
    return [*words, WITHOUT]


def _notice(contract: Contract, ends_on: date) -> list[str]:
    if not contract.notice_days:
        return []
    last = last_day_for_notice(ends_on, contract.notice_days)
    return [f"To end it on that day, give notice by {spell_day(last)}."]


def _open_now(calendar: ServiceCalendar, now: datetime) -> OpenNow:
    if not calendar.is_open(now):
        return OpenNow(False, calendar.next_opening(now))
    try:
        return OpenNow(True, calendar.next_closing(now))
    except CalendarNeverCloses:
        return OpenNow(True, None)


def _offers() -> dict[str, dict[str, TierClause]]:
    """Return what tiers offer: by code of the clause, then of the tier. One query."""
    found: defaultdict[str, dict[str, TierClause]] = defaultdict(dict)
    rows = TierClause.objects.filter(tier__is_hidden=False).select_related("tier", "clause")
    for row in rows.order_by("clause__position", "clause__code"):
        found[row.clause.code][row.tier.code] = row
    return dict(found)


def _not_included(
    told: ContractInWords, offers: Mapping[str, Mapping[str, TierClause]], currency: str
) -> list[PlainClause]:
    codes = {clause["code"] for clause in told.terms.clauses}
    missing = []
    for code, by_tier in offers.items():
        if code not in codes:
            clause: Clause = next(iter(by_tier.values())).clause
            own = by_tier.get(told.terms.tier_code)
            missing.append(
                PlainClause(
                    code=code,
                    title=clause.title,
                    meaning=fill_in(clause.meaning, told.promise, told.hours),
                    wording="",
                    price=f"Can be added: {_price(own.monthly_price, currency)}" if own else "",
                )
            )
    return missing


def _plain(clause: Mapping[str, Any], currency: str) -> PlainClause:
    return PlainClause(
        code=clause["code"],
        title=clause["title"],
        meaning=clause["meaning"] if "meaning" in clause else MEANINGS.get(clause["code"], ""),
        wording=clause["wording"],
        price=_price(clause["price"], currency) if clause["optional"] else "",
    )


def _price(price: Any, currency: str) -> str:
    if price is None:
        return "Price by agreement"
    return f"{spell_amount(Decimal(price), currency).strip()} a month"
