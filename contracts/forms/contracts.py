"""Drafting and signing a contract."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms

from accounts.models import Customer
from calcom_portal.common.fields import LineField, RowField, RowsField, SubmissionField
from contracts.contract_page import METRICS, PRIORITIES
from contracts.drafts import ContractWish, Draft, Targets
from contracts.examples import UNIT_WORDS
from contracts.forms.fields import DayField
from contracts.models import Calendar, Contract, Device, Site, Tier
from contracts.sla import Promise, Target, Unit

HOURS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?", re.ASCII)
LONGEST = Decimal(8_760)
WHOLE, SITES, DEVICES = "whole", "sites", "devices"
COVERS = [
    (WHOLE, "The whole company"),
    (SITES, "Some sites"),
    (DEVICES, "Some devices"),
]
UNITS = [(unit.value, words) for unit, words in UNIT_WORDS.items()]
ACTION_FIELDS = {"targets": "tier"}


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


class ChoiceForm(forms.Form):
    """Whose contract, of which tier: asked first, because all else depends on it."""

    customer = RowField(queryset=None, label="Customer", empty_label="Choose a customer")
    tier = RowField(queryset=None, label="Tier", empty_label="Choose a tier")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        _offer(self, "customer", Customer.objects.filter(is_active=True).order_by("name"))
        _offer(self, "tier", Tier.objects.order_by("position"))


class DevicesField(RowsField):
    """Devices with the name of their site: every site may have a "Main phone system"."""

    def label_from_instance(self, obj: Device) -> str:
        """Return "Market Street · Main phone system"."""
        return f"{obj.site.name} · {obj.name}"


class ContractForm(forms.Form):
    """What a draft says. Valid: `wish` holds it."""

    starts_on = DayField(label="First day")
    ends_on = DayField(required=False, label="Last day", help_text="Empty: no end.")
    cover = forms.ChoiceField(choices=COVERS, label="It covers", widget=forms.RadioSelect)
    sites = RowsField(queryset=None, required=False, widget=forms.CheckboxSelectMultiple)
    devices = DevicesField(queryset=None, required=False, widget=forms.CheckboxSelectMultiple)
    options = forms.MultipleChoiceField(
        required=False, label="At extra cost", widget=forms.CheckboxSelectMultiple
    )
    calendar = RowField(queryset=None, label="Calendar", empty_label=None)
    submission = SubmissionField()

    def __init__(self, *args: Any, customer: Customer, tier: Tier, **options: Any):
        self.customer, self.tier = customer, tier
        super().__init__(*args, **options)
        _offer(self, "sites", Site.objects.filter(customer=customer, is_active=True))
        _offer(self, "devices", _devices(customer))
        _offer(self, "calendar", Calendar.objects.order_by("-is_default", "name"))
        extras = tier.tier_clauses.filter(is_optional=True).select_related("clause")
        cast(forms.ChoiceField, self.fields["options"]).choices = [
            (row.clause.code, f"{row.clause.title} ({row.clause.code})") for row in extras
        ]
        for key, name in TARGET_NAMES.items():
            self.fields[f"{name}_hours"] = HoursField(required=False, label="Hours")
            self.fields[f"{name}_unit"] = forms.ChoiceField(choices=UNITS, label="Counted as")
            self.initial.setdefault(f"{name}_unit", Unit.BUSINESS.value)
            _prefill(self.initial, name, Promise.from_dict(tier.promise).target(*key))

    @property
    def target_rows(self) -> list[tuple[str, str, str, forms.BoundField, forms.BoundField]]:
        """The fields of the promise, one row for each kind of problem and metric."""
        return [
            (problem, instance, what, self[f"{name}_hours"], self[f"{name}_unit"])
            for priority, problem, instance in PRIORITIES
            for metric, what in METRICS
            for name in [TARGET_NAMES[priority, metric]]
        ]

    def clean(self) -> dict[str, Any]:
        """Build the wish."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        kind = data["cover"]
        if kind != WHOLE and not data[kind]:
            self.add_error(kind, "Choose at least one, or let it cover the whole company.")
            return data
        self.wish = ContractWish(
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            draft=Draft(
                tier=self.tier.code,
                calendar_id=data["calendar"].pk,
                targets=_targets(data),
                options=tuple(data["options"]),
            ),
            site_ids=tuple(row.pk for row in data["sites"]) if data["cover"] == SITES else (),
            device_ids=tuple(row.pk for row in data["devices"]) if data["cover"] == DEVICES else (),
        )
        return data


class SignForm(forms.Form):
    """Who signs."""

    name = LineField(
        max_length=120,
        label="Name of who signs",
        help_text="As on the signed copy. Your own name is written down with it.",
    )


class NothingForm(forms.Form):
    """A question that needs no answer but yes."""


TARGET_NAMES = {
    (priority, metric): f"{priority.value}_{metric.value}"
    for priority, _, _ in PRIORITIES
    for metric, _ in METRICS
}


def initial_of(contract: Contract, draft: Draft) -> dict[str, Any]:
    """Return what the form of a draft shows at first."""
    covers = list(contract.covers.all())
    sites = [cover.site_id for cover in covers if cover.site_id]
    devices = [cover.device_id for cover in covers if cover.device_id]
    initial: dict[str, Any] = {
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "cover": SITES if sites else DEVICES if devices else WHOLE,
        "sites": sites,
        "devices": devices,
        "options": draft.options,
        "calendar": draft.calendar_id,
    }
    for key, name in TARGET_NAMES.items():
        target = draft.targets.get(key)
        initial[f"{name}_hours"] = _in_hours(target.amount) if target else ""
        initial[f"{name}_unit"] = (target.unit if target else Unit.BUSINESS).value
    return initial


def _targets(data: dict[str, Any]) -> Targets:
    return {
        key: Target(data[f"{name}_hours"], Unit(data[f"{name}_unit"]))
        for key, name in TARGET_NAMES.items()
        if data[f"{name}_hours"] is not None
    }


def _prefill(initial: MutableMapping[str, Any], name: str, target: Target | None) -> None:
    if target is not None:
        initial.setdefault(f"{name}_hours", _in_hours(target.amount))


def _in_hours(amount: timedelta) -> str:
    hours = Decimal(int(amount.total_seconds())) / 3600
    return f"{hours.normalize():f}"


def _devices(customer: Customer) -> Any:
    rows = Device.objects.in_service().filter(customer=customer).select_related("site")
    return rows.order_by("site__name", "name")


def _offer(form: forms.Form, name: str, rows: Any) -> None:
    cast(Any, form.fields[name]).queryset = rows
