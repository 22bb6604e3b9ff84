"""The fields that drafts and amendments share: what is covered, promised, and at which price."""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms

from accounts.models import Customer
from calcom_portal.common.fields import RowField, RowsField, WholeNumberField, needed_at_times
from contracts.contract_page import METRICS, PRIORITIES
from contracts.drafts import Draft, Targets
from contracts.examples import UNIT_WORDS
from contracts.forms.money import AGREED, LISTED, PRICING, MoneyField, RatesFields, initial_rates
from contracts.models import Calendar, Contract, Cover, Device, Site, Tier
from contracts.models.promises import RENEWAL
from contracts.price_list import RatesInForce
from contracts.renewals import (
    LONGEST_NOTICE,
    LONGEST_TERM,
    NO_RENEWAL,
    Renewal,
    RenewalError,
    RenewalRule,
)
from contracts.sla import Promise, Target, Unit

HOURS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?", re.ASCII)
LONGEST = Decimal(8_760)
WHOLE, SITES, DEVICES = "whole", "sites", "devices"
COVERS = [
    (WHOLE, "The whole company"),
    (SITES, "Some sites"),
    (DEVICES, "Some devices"),
]
RENEWALS = [
    (RenewalRule.NONE.value, "It ends, or goes on until notice where it has no last day"),
    (RenewalRule.MANUAL.value, "It can be renewed by hand"),
    (RenewalRule.AUTOMATIC.value, "It renews by itself unless somebody gives notice"),
]
UNITS = [(unit.value, words) for unit, words in UNIT_WORDS.items()]
TARGET_NAMES = {
    (priority, metric): f"{priority.value}_{metric.value}"
    for priority, _, _ in PRIORITIES
    for metric, _ in METRICS
}


class HoursField(forms.Field):
    """An amount of time in hours, such as 8 or 1.5; at most a year."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 8})

    def to_python(self, value: Any) -> timedelta | None:
        """Return the time, None for an empty field. Raises ValidationError in words."""
        text = str(value or "").strip(" ")
        if not text:
            return None
        if not HOURS.fullmatch(text) or not 0 < Decimal(text) <= LONGEST:
            raise forms.ValidationError(
                "Write hours as 8 or 1.5, more than none and at most 8760.", code="hours"
            )
        return timedelta(seconds=int(Decimal(text) * 3600))


class DevicesField(RowsField):
    """Devices with the name of their site: every site may have a "Main phone system"."""

    def label_from_instance(self, obj: Device) -> str:
        """Return "Market Street · Main phone system"."""
        return f"{obj.site.name} · {obj.name}"


class PromiseFields(RatesFields):
    """Cover, optional clauses with their prices, calendar, targets and rates of one tier."""

    cover = forms.ChoiceField(choices=COVERS, label="It covers", widget=forms.RadioSelect)
    sites = needed_at_times(RowsField(queryset=None, widget=forms.CheckboxSelectMultiple))
    devices = needed_at_times(DevicesField(queryset=None, widget=forms.CheckboxSelectMultiple))
    options = forms.MultipleChoiceField(
        required=False, label="At extra cost", widget=forms.CheckboxSelectMultiple
    )
    calendar = RowField(queryset=None, label="Calendar", empty_label=None)
    renewal = NO_RENEWAL

    pricing = forms.ChoiceField(
        required=False, choices=PRICING, label="Labour costs", widget=forms.RadioSelect
    )

    renewal_rule = forms.ChoiceField(
        required=False, choices=RENEWALS, label="At the end", widget=forms.RadioSelect
    )
    renewal_months = WholeNumberField(
        required=False, maximum=LONGEST_TERM, label="Renewed for (months)"
    )
    notice_days = WholeNumberField(required=False, maximum=LONGEST_NOTICE, label="Notice (days)")

    def __init__(self, *args: Any, customer: Customer, tier: Tier, **options: Any):
        self.customer, self.tier = customer, tier
        super().__init__(*args, **options)
        self.initial.setdefault("pricing", LISTED)
        self.initial.setdefault("renewal_rule", RenewalRule.NONE.value)
        offer(self, "sites", Site.objects.filter(customer=customer, is_active=True))
        offer(self, "devices", _devices(customer))
        offer(self, "calendar", Calendar.objects.order_by("-is_default", "name"))
        self._offer_extras()
        for key, name in TARGET_NAMES.items():
            self.fields[f"{name}_hours"] = HoursField(required=False, label="Hours")
            self.fields[f"{name}_unit"] = forms.ChoiceField(choices=UNITS, label="Counted as")
            _prefill(self.initial, name, Promise.from_dict(tier.promise).target(*key))
            self.initial.setdefault(f"{name}_unit", Unit.BUSINESS.value)

    @property
    def target_rows(self) -> list[tuple[str, str, str, forms.BoundField, forms.BoundField]]:
        """The fields of the promise, one row for each kind of problem and metric."""
        return [
            (problem, instance, what, self[f"{name}_hours"], self[f"{name}_unit"])
            for priority, problem, instance in PRIORITIES
            for metric, what in METRICS
            for name in [TARGET_NAMES[priority, metric]]
        ]

    @property
    def price_fields(self) -> list[forms.BoundField]:
        """The fields of the prices of optional clauses."""
        return [self[_price_name(code)] for code in self.extras]

    def clean(self) -> dict[str, Any]:
        """Refuse a cover of nothing."""
        data = super().clean()
        kind = data.get("cover", WHOLE)
        if kind != WHOLE and not self.errors.get(kind) and not data[kind]:
            self.add_error(kind, "Choose at least one, or let it cover the whole company.")
        if not self.errors.keys() & RENEWAL:
            self._read_renewal(data)
        return data

    def draft(self) -> Draft:
        """Return what was chosen, of a valid form."""
        data = self.cleaned_data
        return Draft(
            tier=self.tier.code,
            calendar_id=data["calendar"].pk,
            targets=_targets(data),
            options=tuple(data["options"]),
            prices={
                code: price
                for code in data["options"]
                if (price := data[_price_name(code)]) is not None
            },
            rates=self.rates,
            rounding=self.rounding,
        )

    def chosen(self, name: str) -> tuple[int, ...]:
        """Return the ids of the sites or devices that are covered, of a valid form."""
        data = self.cleaned_data
        return tuple(row.pk for row in data[name]) if data["cover"] == name else ()

    def _read_renewal(self, data: dict[str, Any]) -> None:
        rule = RenewalRule(data["renewal_rule"] or RenewalRule.NONE)
        months = 0 if rule is RenewalRule.NONE else data["renewal_months"] or 0
        try:
            self.renewal = Renewal(rule, months, data["notice_days"] or 0)
        except RenewalError as error:
            name = "renewal_months" if error.field == "months" else error.field
            self.add_error(name, f"{error.message} {error.remedy}")

    def _offer_extras(self) -> None:
        rows = self.tier.tier_clauses.filter(is_optional=True).select_related("clause")
        self.extras = [row.clause.code for row in rows]
        cast(forms.ChoiceField, self.fields["options"]).choices = [
            (row.clause.code, f"{row.clause.title} ({row.clause.code})") for row in rows
        ]
        for row in rows:
            self.fields[_price_name(row.clause.code)] = MoneyField(
                required=False, label=f"Price of {row.clause.code}", help_text="Each month."
            )
            self.initial.setdefault(_price_name(row.clause.code), row.monthly_price)


def initial_of_promise(
    contract: Contract, draft: Draft, covers: Iterable[Cover], prices: RatesInForce | None
) -> dict[str, Any]:
    """Return what the fields show at first. `prices` is the price list, shown where it counts."""
    covers = list(covers)
    sites = [cover.site_id for cover in covers if cover.site_id]
    devices = [cover.device_id for cover in covers if cover.device_id]
    if draft.rates and draft.rounding:
        prices = RatesInForce(draft.rates, draft.rounding, "")
    initial: dict[str, Any] = {
        "cover": SITES if sites else DEVICES if devices else WHOLE,
        "sites": sites,
        "devices": devices,
        "options": draft.options,
        "calendar": draft.calendar_id,
        "pricing": AGREED if draft.rates else LISTED,
        **{name: getattr(contract, name) or "" for name in RENEWAL},
        **initial_rates(prices),
        **{_price_name(code): price for code, price in draft.prices.items()},
    }
    for key, name in TARGET_NAMES.items():
        target = draft.targets.get(key)
        initial[f"{name}_hours"] = in_hours(target.amount) if target else ""
        initial[f"{name}_unit"] = (target.unit if target else Unit.BUSINESS).value
    return initial


def offer(form: forms.Form, name: str, rows: Any) -> None:
    """Let a field of a form choose among `rows`."""
    cast(Any, form.fields[name]).queryset = rows


def _price_name(code: str) -> str:
    return f"price_{code.lower()}"


def _targets(data: dict[str, Any]) -> Targets:
    return {
        key: Target(data[f"{name}_hours"], Unit(data[f"{name}_unit"]))
        for key, name in TARGET_NAMES.items()
        if data[f"{name}_hours"] is not None
    }


def _prefill(initial: MutableMapping[str, Any], name: str, target: Target | None) -> None:
    if target is not None:
        initial.setdefault(f"{name}_hours", in_hours(target.amount))
        initial.setdefault(f"{name}_unit", target.unit.value)


def in_hours(amount: timedelta) -> str:
    """Write an amount as `HoursField` reads it."""
    hours = Decimal(int(amount.total_seconds())) / 3600
    return f"{hours.normalize():f}"


def _devices(customer: Customer) -> Any:
    rows = Device.objects.in_service().filter(customer=customer).select_related("site")
    return rows.order_by("site__name", "name")
