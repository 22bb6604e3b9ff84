"""What calls say that a contract is to promise, cover and cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Self

from rest_framework import serializers

from calcom_portal.common.api.fields import (
    ChoiceField,
    DayField,
    FlagField,
    IdField,
    LineField,
    TextField,
    WholeField,
)
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.errors import BadInput
from contracts.cover_words import covers_until_the_end
from contracts.drafts import Amendment, ContractWish, Draft, Targets, draft_of
from contracts.models import Calendar, Contract, Cover, Terms, Tier
from contracts.rates import (
    LONGEST_MINIMUM,
    STEPS,
    Rates,
    RatesError,
    Rounding,
    Rule,
    read_amount,
)
from contracts.renewals import (
    LONGEST_NOTICE,
    LONGEST_TERM,
    NO_RENEWAL,
    Renewal,
    RenewalError,
    RenewalRule,
)
from contracts.sla import Metric, Priority, Promise, TermsError, Unit

Values = dict[str, Any]
LONGEST_TARGET = 366 * 86_400
MOST_THINGS = 2_000
SHORT_TEXT = 500
AMOUNT = "As text, such as 145.00."


class TargetInput(StrictSerializer):
    """Within which time is promised what."""

    priority = ChoiceField([item.value for item in Priority])
    metric = ChoiceField([item.value for item in Metric])
    amount_seconds = WholeField(1, LONGEST_TARGET)
    unit = ChoiceField([item.value for item in Unit])


class OptionInput(StrictSerializer):
    """A clause at extra cost."""

    code = LineField(max_length=20)
    monthly_price = LineField(
        max_length=12, required=False, allow_null=True, help_text=f"{AMOUNT} null: the tier's."
    )


class RatesInput(StrictSerializer):
    """Agreed prices of labour."""

    currency = LineField(max_length=3, help_text="ISO 4217.")
    normal = LineField(max_length=12, help_text=f"An hour in business hours. {AMOUNT}")
    after_hours = LineField(max_length=12, help_text="An hour outside them.")
    trip = LineField(max_length=12, help_text="One trip to a site.")


class RoundingInput(StrictSerializer):
    """How minutes of labour are rounded."""

    step = WholeField(STEPS[0], STEPS[-1], help_text="In minutes; 0: not at all.")
    rule = ChoiceField([item.value for item in Rule])
    minimum = WholeField(0, LONGEST_MINIMUM, help_text="In minutes.")


class RenewalInput(StrictSerializer):
    """What happens at the end."""

    rule = ChoiceField([item.value for item in RenewalRule])
    months = WholeField(0, LONGEST_TERM, default=0)
    notice_days = WholeField(0, LONGEST_NOTICE, default=0)


class PromiseInput(StrictSerializer):
    """What is promised, covered and paid. What is left out stays as it is.

    With another tier, targets and options that are left out become those of the tier.
    """

    tier = LineField(max_length=20, required=False, help_text="Its code.")
    calendar = IdField(required=False)
    targets = TargetInput(many=True, required=False)
    options = OptionInput(many=True, required=False, help_text="Clauses at extra cost.")
    rates = RatesInput(required=False, allow_null=True, help_text="null: the price list counts.")
    rounding = RoundingInput(required=False, allow_null=True, help_text="Goes with `rates`.")
    sites = serializers.ListField(
        child=IdField(), required=False, max_length=MOST_THINGS, help_text="Sites that it covers."
    )
    devices = serializers.ListField(
        child=IdField(),
        required=False,
        max_length=MOST_THINGS,
        help_text="Devices that it covers. Neither sites nor devices: the whole company.",
    )
    renewal = RenewalInput(required=False)


class DraftChange(PromiseInput):
    """What changes in a draft."""

    starts_on = DayField(required=False)
    ends_on = DayField(required=False, allow_null=True, help_text="null: no end.")


class DraftInput(DraftChange):
    """A new draft. Without a calendar the default one counts, without targets the tier's."""

    customer = IdField()
    tier = LineField(max_length=20, help_text="Its code.")
    starts_on = DayField()


class AmendmentInput(PromiseInput):
    """What a signed contract is to say from a day on."""

    effective_on = DayField()
    base_version = WholeField(
        1, 10_000, help_text="The number of the terms from which you began: the newest ones."
    )
    to_be_signed = FlagField(
        default=True, help_text="false: it counts from that day on without a signature."
    )
    note = TextField(
        max_length=SHORT_TEXT, required=False, default="", allow_blank=True, help_text="For mail."
    )
    seen = LineField(
        max_length=64,
        required=False,
        help_text="The `digest` of the preview: if anything else would happen now, 412.",
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a contract says, or was to say, so far."""

    draft: Draft
    site_ids: tuple[int, ...] = ()
    device_ids: tuple[int, ...] = ()
    renewal: Renewal = NO_RENEWAL

    @classmethod
    def new(cls, tier: str) -> Self:
        """Return what a draft begins from: its tier, on the default calendar."""
        calendar = Calendar.objects.filter(is_default=True).values_list("pk", flat=True).first()
        return cls(Draft(tier, calendar or 0, _usual_targets(tier)))

    @classmethod
    def by_draft(cls, contract: Contract) -> Self:
        """Return what a draft says."""
        draft = Draft.from_dict(contract.draft or {})
        return cls(draft, *_things(contract.covers.all()), contract.renewal)

    @classmethod
    def by_terms(cls, contract: Contract, terms: Terms) -> Self:
        """Return what signed terms say, and what is covered until the end."""
        things = _things(covers_until_the_end(contract))
        return cls(draft_of(terms), *things, contract.renewal)

    def changed(self, values: Values) -> Self:
        """Return it with what a call changes. Raises BadInput naming the field."""
        return replace(
            self,
            draft=_changed(self.draft, values),
            site_ids=tuple(values.get("sites", self.site_ids)),
            device_ids=tuple(values.get("devices", self.device_ids)),
            renewal=_renewal(values["renewal"]) if "renewal" in values else self.renewal,
        )


def wish_of(said: Said, values: Values, contract: Contract | None = None) -> ContractWish:
    """Return what a draft is to say; days that are left out stay. Raises BadInput."""
    before: Values = {"ends_on": None}
    if contract is not None:
        before = {"starts_on": contract.starts_on, "ends_on": contract.ends_on}
    days, changed = before | values, said.changed(values)
    return ContractWish(
        days["starts_on"],
        days["ends_on"],
        changed.draft,
        changed.site_ids,
        changed.device_ids,
        changed.renewal,
    )


def amendment_of(said: Said, values: Values) -> Amendment:
    """Return what a contract is to say from a day on. Raises BadInput."""
    changed = said.changed(values)
    return Amendment(
        values["effective_on"],
        changed.draft,
        changed.site_ids,
        changed.device_ids,
        changed.renewal,
    )


def _things(covers: Iterable[Cover]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rows = list(covers)
    return (
        tuple(cover.site_id for cover in rows if cover.site_id),
        tuple(cover.device_id for cover in rows if cover.device_id),
    )


def _changed(draft: Draft, values: Values) -> Draft:
    tier = values.get("tier", draft.tier)
    if tier != draft.tier:
        draft = replace(draft, tier=tier, targets=_usual_targets(tier), options=(), prices={})
    changes: Values = {}
    if "calendar" in values:
        changes["calendar_id"] = values["calendar"]
    if "targets" in values:
        changes["targets"] = _targets(values["targets"])
    if "options" in values:
        changes |= _options(values["options"])
    if "rates" in values:
        changes["rates"] = _rates(values["rates"])
    if "rounding" in values:
        changes["rounding"] = _rounding(values["rounding"])
    return _both_or_none(replace(draft, **changes))


def _both_or_none(draft: Draft) -> Draft:
    """Agree rates and rounding together, as the rules of prices want them."""
    if draft.rates is None:
        return replace(draft, rounding=None)
    if draft.rounding is None:
        raise BadInput(
            "Agreed rates need a rounding of their own.",
            field="rounding",
            remedy="Send how minutes are rounded, or leave the rates out.",
        )
    return draft


def _usual_targets(tier: str) -> Targets:
    # An unknown tier is refused by the action, in its own words.
    found = Tier.objects.filter(code=tier).first()
    return Promise.from_dict(found.promise).targets if found else {}


def _targets(rows: list[Values]) -> Targets:
    try:
        return Promise.from_dict({"targets": rows, "none_reason": "Draft"}).targets
    except TermsError as error:
        raise BadInput(error.message, field="targets", remedy=error.remedy) from error


def _options(rows: list[Values]) -> Values:
    prices = {row["code"]: row.get("monthly_price") for row in rows}
    if len(prices) != len(rows):
        raise BadInput("A clause is named twice.", field="options", remedy="Name each once.")
    try:
        agreed = {code: read_amount("", price) for code, price in prices.items() if price}
    except RatesError as error:
        field = "options.monthly_price"
        raise BadInput(error.message, field=field, remedy=error.remedy) from error
    return {"options": tuple(prices), "prices": agreed}


def _rates(value: Values | None) -> Rates | None:
    try:
        return Rates.from_dict(value) if value is not None else None
    except RatesError as error:
        raise _named("rates", error) from error


def _rounding(value: Values | None) -> Rounding | None:
    try:
        return Rounding.from_dict(value) if value is not None else None
    except RatesError as error:
        raise _named("rounding", error) from error


def _renewal(value: Values) -> Renewal:
    try:
        return Renewal(RenewalRule(value["rule"]), value["months"], value["notice_days"])
    except RenewalError as error:
        raise _named("renewal", error) from error


def _named(part: str, error: RatesError | RenewalError) -> BadInput:
    return BadInput(error.message, field=f"{part}.{error.field}", remedy=error.remedy)
