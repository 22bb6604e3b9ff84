"""The agreement as a document: made from the very terms by which tickets are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from accounts.letterhead import letterhead_of
from accounts.models import Customer, Provider
from calcom_portal.common.typeset import typeset
from contracts.calendar_page import days_off_ahead
from contracts.contract_page import ContractInWords
from contracts.day_words import spell_day
from contracts.hours_text import CLOSED, WEEKDAYS, write_windows
from contracts.models import Contract, Cover, Device, Signature, Terms, WarrantyItem
from contracts.rates import spell_amount
from contracts.renewals import last_day_for_notice
from contracts.sla import Metric
from contracts.sla.words import PARTY_WORDS
from contracts.terms_json import terms_digest

TEMPLATE: Final = "agreement.typ"
MOST_PRODUCTS: Final = 400
DAYS_OFF: Final = 40
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the paper says: `document` is the data of the template, without any signature."""

    document: dict[str, Any]
    digest: str


def agreement_of(contract: Contract, terms: Terms, now: datetime) -> Agreement:
    """Return what the paper of these terms says, with examples worked out as of `now`."""
    covers = [cover for cover in _covers(contract) if _counts(cover, terms.effective_on)]
    told = ContractInWords.of(contract, terms, covers, now)
    digest = terms_digest(terms)
    customer = Customer.objects.get(pk=contract.customer_id)
    provider = Provider.objects.get(pk=contract.provider_id)
    currency = told.rates.rates.currency if told.rates else ""
    document = {
        "title": f"Service agreement {contract.number}",
        "letterhead": letterhead_of(provider),
        "to": [customer.name, f"Customer {customer.number}"],
        "facts": _facts(contract, terms),
        "footer": f"{contract.number} · version {terms.number} · SHA-256 {digest}",
        "number": contract.number,
        "version": terms.number,
        "provider": provider.name,
        "customer": customer.name,
        "starts_on": contract.starts_on.isoformat(),
        "tier": terms.tier_name,
        "digest": digest,
        # Those of the day from which the terms count, which may be still to come.
        "covers": [str(one.device or one.site or "The whole company") for one in covers],
        "products": _products(contract, covers),
        "products_note": _products_note(covers),
        "warranties": _warranties(contract),
        "promise": _promise(told),
        "none_reason": told.promise.none_reason,
        "pausing": _pausing(told),
        "hours": told.hours,
        "week": _week(terms),
        "days_off": _days_off(terms),
        "clauses": [_clause(clause) for clause in told.included],
        "extras": [_extra(clause, currency) for clause in told.extras],
        "rates": [list(line) for line in told.rates.lines()] if told.rates else [],
        "rates_source": told.rates.source if told.rates else "",
        "life": _life(contract),
    }
    return Agreement(document, digest)


def typeset_agreement(
    document: Mapping[str, Any],
    *,
    at: datetime,
    status: str = "",
    record: Iterable[tuple[str, str]] = (),
) -> bytes:
    """Return the PDF. `status` is written across every page; `record` tells of the signature."""
    data = {**document, "status": status, "record": [list(pair) for pair in record]}
    return typeset(TEMPLATE, data, at=at)


def signature_record(signature: Signature, zone: Any) -> list[tuple[str, str]]:
    """Return what the signed paper tells of its signature."""
    at = signature.at.astimezone(zone)
    rows = [
        ("Signed by", ", ".join(part for part in (signature.name, signature.role) if part)),
        ("Signed on", spell_day(signature.signed_on)),
        ("How", signature.how),
        ("Without a scan", signature.no_scan_reason),
        ("Written down", f"{spell_day(at.date())}, {at:%H:%M %Z}"),
        ("From address", signature.address),
        ("Recorded by", signature.recorded_by.name if signature.recorded_by else ""),
        ("Document shown (SHA-256)", signature.pdf_sha256),
        ("Scan (SHA-256)", signature.scan_sha256),
    ]
    return [(key, value) for key, value in rows if value]


def _facts(contract: Contract, terms: Terms) -> list[list[str]]:
    ends = spell_day(contract.ends_on) if contract.ends_on else "no end agreed"
    return [
        ["Contract", contract.number],
        ["Version", str(terms.number)],
        ["Tier", terms.tier_name],
        ["In force from", spell_day(terms.effective_on)],
        ["First day", spell_day(contract.starts_on)],
        ["Last day", ends],
    ]


def _covers(contract: Contract) -> Iterable[Cover]:
    return contract.covers.select_related("site", "device").order_by("pk")


def _counts(cover: Cover, day: date) -> bool:
    # Before the signature there are no days yet: then all of it is meant.
    return cover.during is None or day in cover.during


def _products(contract: Contract, covers: Iterable[Cover]) -> list[list[str]]:
    rows = Device.objects.in_service().filter(customer_id=contract.customer_id)
    sites = [cover.site_id for cover in covers if cover.site_id]
    devices = [cover.device_id for cover in covers if cover.device_id]
    if sites:
        rows = rows.filter(site__in=sites)
    elif devices:
        rows = rows.filter(pk__in=devices)
    shown = rows.select_related("site").order_by("site__name", "kind", "name")[:MOST_PRODUCTS]
    return [
        [device.site.name, device.name, device.product, device.serial or "–"] for device in shown
    ]


def _warranties(contract: Contract) -> list[list[str]]:
    rows = WarrantyItem.objects.filter(contract=contract).select_related("device__site")
    return [
        [
            item.device.site.name,
            item.device.name,
            item.device.serial or "–",
            spell_day(item.starts_on),
            spell_day(item.ends_on),
        ]
        for item in rows.order_by("device__site__name", "device__name", "starts_on")[:MOST_PRODUCTS]
    ]


def _promise(told: ContractInWords) -> list[list[str]]:
    return [
        [
            f"{line.problem}\n{line.instance}",
            f"{line.what} within {line.words}",
            f"Reported {line.example.start}: due {line.example.due}",
        ]
        for line in told.lines
    ]


def _pausing(told: ContractInWords) -> str:
    """Say for whom the clock of the solution waits; nothing where no solution is promised."""
    if not any(metric is Metric.RESOLVE for _, metric in told.promise.targets):
        return ""
    parties = sorted(PARTY_WORDS[party] for party in told.promise.pausing)
    return f"The time to the solution does not count while we wait for {', '.join(parties)}."


def _week(terms: Terms) -> list[list[str]]:
    weekly = terms.calendar.newest().spec["weekly"]
    return [[name, write_windows(weekly.get(code, [])) or CLOSED] for code, name in WEEKDAYS]


def _days_off(terms: Terms) -> list[list[str]]:
    first = terms.effective_on
    ahead = days_off_ahead(terms.calendar.newest(), first, DAYS_OFF)
    return [
        [f"{off.day:%A} {spell_day(off.day)}", off.name, off.hours]
        for off in ahead
        if off.day < first + YEAR
    ]


def _clause(clause: Mapping[str, Any]) -> dict[str, str]:
    return {name: clause[name] for name in ("code", "title", "wording")}


def _extra(clause: Mapping[str, Any], currency: str) -> dict[str, str]:
    price = clause["price"]
    amount = spell_amount(Decimal(price), currency).strip() if price else ""
    return {**_clause(clause), "price": f"{amount} a month" if price else "Agreed apart"}


def _products_note(covers: Sequence[Cover]) -> str:
    if any(cover.device_id for cover in covers):
        return "Only these systems are covered."
    return (
        "These systems are installed there today. What is added later at a place that is covered"
        " is covered too."
    )


def _life(contract: Contract) -> list[str]:
    starts = f"In force from {spell_day(contract.starts_on)}"
    words = contract.renewal.words()
    renewal = f"The contract {words[0].lower()}{words[1:]}."
    if contract.ends_on is None:
        return [f"{starts}, with no end agreed.", renewal]
    lines = [f"{starts} to {spell_day(contract.ends_on)}, both days included.", renewal]
    if contract.notice_days:
        last = last_day_for_notice(contract.ends_on, contract.notice_days)
        lines.append(f"Notice for this end is in time until {spell_day(last)}.")
    return lines
