"""What a contract will promise once it is signed, and the terms that the signature makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self

from calcom_portal.common.errors import BadInput
from contracts.catalogue import RESPONSE
from contracts.models import Calendar, Contract, Terms, Tier, TierClause
from contracts.promised import service_calendar
from contracts.rates import Rates, Rounding
from contracts.renewals import NO_RENEWAL, Renewal
from contracts.sla import Metric, Priority, Promise, Target, hours
from contracts.wordings import fill_in

Targets = Mapping[tuple[Priority, Metric], Target]


@dataclass(frozen=True, slots=True)
class Draft:
    """The choices of a draft: tier by code, calendar by id, optional clauses, targets, rates.

    `prices` are those of optional clauses, a month; one that is not named costs what the tier says.
    Without `rates` and `rounding` the price list counts, as it stands on the day of the work.
    """

    tier: str
    calendar_id: int
    targets: Targets
    options: tuple[str, ...] = ()
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    rates: Rates | None = None
    rounding: Rounding | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form that `Contract.draft` keeps."""
        return {
            "tier": self.tier,
            "calendar": self.calendar_id,
            "options": list(self.options),
            "prices": {code: str(self.prices[code]) for code in sorted(self.prices)},
            "rates": self.rates.to_dict() if self.rates else None,
            "rounding": self.rounding.to_dict() if self.rounding else None,
            "targets": [
                {"priority": key[0].value, "metric": key[1].value, **self.targets[key].to_dict()}
                for key in sorted(self.targets)
            ],
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON form, also of drafts that were kept before there were rates."""
        rates, rounding = value.get("rates"), value.get("rounding")
        return cls(
            tier=value["tier"],
            calendar_id=value["calendar"],
            targets=Promise.from_dict(
                {"targets": value["targets"], "none_reason": "Draft"}
            ).targets,
            options=tuple(value["options"]),
            prices={code: Decimal(price) for code, price in value.get("prices", {}).items()},
            rates=Rates.from_dict(rates) if rates else None,
            rounding=Rounding.from_dict(rounding) if rounding else None,
        )


@dataclass(frozen=True, slots=True)
class ContractWish:
    """What a draft is to say. Neither sites nor devices: the whole company is covered."""

    starts_on: date
    ends_on: date | None
    draft: Draft
    site_ids: tuple[int, ...] = ()
    device_ids: tuple[int, ...] = ()
    renewal: Renewal = NO_RENEWAL


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a signed contract is to promise and cover from a day on, and how it is renewed."""

    effective_on: date
    draft: Draft
    site_ids: tuple[int, ...] = ()
    device_ids: tuple[int, ...] = ()
    renewal: Renewal = NO_RENEWAL


@dataclass(frozen=True, slots=True)
class SentAmendment:
    """What a signature will do to a contract in force, beside the terms that were sent.

    `base_number` is the version that the amendment began from, `sentences` say what it changes.
    """

    base_number: int
    site_ids: tuple[int, ...]
    device_ids: tuple[int, ...]
    renewal: Renewal
    sentences: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form that `SigningRequest.amendment` keeps."""
        return {
            "base_number": self.base_number,
            "sites": list(self.site_ids),
            "devices": list(self.device_ids),
            "renewal": self.renewal.columns(),
            "sentences": list(self.sentences),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON form."""
        return cls(
            base_number=value["base_number"],
            site_ids=tuple(value["sites"]),
            device_ids=tuple(value["devices"]),
            renewal=Renewal.from_columns(value["renewal"]),
            sentences=tuple(value["sentences"]),
        )


def draft_of(terms: Terms) -> Draft:
    """Return the choices that led to signed terms, for an amendment to begin from."""
    extras = [clause for clause in terms.clauses if clause["optional"]]
    return Draft(
        tier=terms.tier_code,
        calendar_id=terms.calendar_id,
        targets=Promise.from_dict(terms.promise).targets,
        options=tuple(clause["code"] for clause in extras),
        prices={row["code"]: Decimal(row["price"]) for row in extras if row["price"] is not None},
        rates=Rates.from_dict(terms.rates) if terms.rates else None,
        rounding=Rounding.from_dict(terms.rounding) if terms.rounding else None,
    )


def terms_of(contract: Contract, draft: Draft) -> Terms:
    """Return unsaved first terms: the tier's clauses and the promise, as they stand now.

    Raises BadInput when the catalogue no longer offers what the draft chose.
    """
    tier = tier_of(draft)
    calendar = Calendar.objects.filter(pk=draft.calendar_id).first()
    if calendar is None:
        raise BadInput(
            "There is no such calendar.", field="calendar", remedy="Choose one of the list."
        )
    promise = _promise(tier, draft, contract.number)
    return Terms(
        provider_id=contract.provider_id,
        customer_id=contract.customer_id,
        contract=contract,
        number=1,
        effective_on=contract.starts_on,
        tier_code=tier.code,
        tier_name=tier.name,
        calendar=calendar,
        promise=promise.to_dict(),
        clauses=_clauses(tier, draft, promise, hours(service_calendar(calendar.newest().pk))),
        rates=draft.rates.to_dict() if draft.rates else None,
        rounding=draft.rounding.to_dict() if draft.rounding else None,
    )


def tier_of(draft: Draft) -> Tier:
    """Return the draft's tier. Raises BadInput when it cannot promise what the draft says."""
    tier = Tier.objects.filter(code=draft.tier).first()
    if tier is None:
        raise BadInput("There is no such tier.", field="tier", remedy="Choose one of the list.")
    offered = dict(tier.tier_clauses.values_list("clause__code", "is_optional"))
    if draft.targets and RESPONSE not in offered:
        raise BadInput(
            f"{tier.name} has no clause {RESPONSE}, so it can promise no times.",
            field="tier",
            remedy="Leave the times empty, or choose a tier with that clause.",
        )
    for code in draft.options:
        if not offered.get(code, False):
            raise BadInput(
                f"{tier.name} does not offer {code} at extra cost.",
                field="options",
                remedy="Choose from the options of the tier.",
            )
    return tier


def _promise(tier: Tier, draft: Draft, number: str) -> Promise:
    of_tier = Promise.from_dict(tier.promise)
    if draft.targets:
        return replace(of_tier, targets=draft.targets, tier=tier.name, contract=number)
    reason = of_tier.none_reason or f"Contract {number} agrees no response time."
    return replace(Promise.none(reason), tier=tier.name, contract=number)


def _clauses(tier: Tier, draft: Draft, promise: Promise, hours_words: str) -> list[dict[str, Any]]:
    rows = tier.tier_clauses.select_related("clause").order_by("clause__position", "clause__code")
    chosen = [row for row in rows if not row.is_optional or row.clause.code in draft.options]
    return [
        {
            "code": row.clause.code,
            "title": row.clause.title,
            "wording": fill_in(row.words, promise, hours_words),
            "meaning": fill_in(row.meaning, promise, hours_words),
            "optional": row.is_optional,
            "price": _price(row, draft),
        }
        for row in chosen
    ]


def _price(row: TierClause, draft: Draft) -> str | None:
    price = draft.prices.get(row.clause.code, row.monthly_price) if row.is_optional else None
    return None if price is None else str(price)
