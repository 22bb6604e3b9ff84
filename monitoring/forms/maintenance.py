"""Planned work as people type it."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms

from accounts.models import Customer
from calcom_portal.common.fields import (
    DayField,
    LineField,
    RowField,
    SubmissionField,
    WholeNumberField,
)
from calcom_portal.common.layouts import GRID, laid_out, row
from calcom_portal.common.zones import zone_choices
from contracts.models import Device, Site
from monitoring.actions.plan_maintenance import WorkPlan
from monitoring.models import Maintenance, Recurrence
from monitoring.work_page import WEEKDAYS, zone_for

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LONGEST = 7 * 24 * 60
EVERYTHING = "all"


class ClockField(forms.Field):
    """A time of the day on the wall clock, written as 22:30."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def to_python(self, value: Any) -> time | None:
        """Return the time, None for an empty field. Raises ValidationError in words."""
        if isinstance(value, time):
            return value
        text = str(value or "").strip(" ")
        if not text:
            return None
        if not CLOCK.fullmatch(text):
            raise forms.ValidationError("Write a time as 22:30.", code="invalid")
        return time.fromisoformat(text)


class CustomerForm(forms.Form):
    """Whose equipment is worked on."""

    customer = RowField(queryset=None, label="Customer", empty_label="Choose a customer")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        rows = Customer.objects.filter(is_active=True).order_by("name")
        self.fields["customer"].queryset = rows  # type: ignore[attr-defined]


class WorkForm(forms.Form):
    """When equipment of one customer may be silent."""

    title = LineField(
        max_length=120, label="What is done", help_text="Such as: Replacing the switch."
    )
    place = forms.ChoiceField(label="What may be silent")
    recurrence = forms.ChoiceField(
        choices=Recurrence.choices,
        initial=Recurrence.ONCE.value,
        widget=forms.RadioSelect({"class": "pick-inline"}),
        label="How often",
    )
    starts_on = DayField(label="First day")
    starts_at = ClockField(label="From")
    minutes = WholeNumberField(
        minimum=1, maximum=LONGEST, label="Minutes", help_text="90 is an hour and a half."
    )
    weekdays = forms.TypedMultipleChoiceField(
        choices=[(number, name[:3]) for number, name in enumerate(WEEKDAYS, start=1)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "pick-inline"}),
        label="Weekdays",
        help_text="For every week. None: the weekday of the first day.",
    )
    until = DayField(
        required=False, label="Last day", help_text="For what repeats. Empty: until cancelled."
    )
    zone = forms.ChoiceField(choices=zone_choices, label="On the clock of")
    submission = SubmissionField()
    helper = laid_out(
        "submission",
        "title",
        "place",
        "recurrence",
        row("starts_on", "starts_at", "minutes", kind=GRID),
        "weekdays",
        "until",
        "zone",
    )

    def __init__(
        self,
        *args: Any,
        customer: Customer,
        work: Maintenance | None = None,
        site: Site | None = None,
        device: Device | None = None,
        **options: Any,
    ):
        zone = zone_for(customer.pk, device.site if device else site)
        options["initial"] = _facts_of(work) if work else {"zone": zone, "place": _at(site, device)}
        super().__init__(*args, **options)
        self.customer = customer
        self.fields["place"].choices = _places(customer)  # type: ignore[attr-defined]

    @property
    def plan(self) -> WorkPlan:
        """Return what was typed."""
        data = self.cleaned_data
        kind, _, number = data["place"].partition("-")
        return WorkPlan(
            customer_id=self.customer.pk,
            title=data["title"],
            starts_on=data["starts_on"],
            starts_at=data["starts_at"],
            zone=data["zone"],
            minutes=data["minutes"],
            site_id=int(number) if kind == "site" else None,
            device_id=int(number) if kind == "device" else None,
            recurrence=Recurrence(data["recurrence"]),
            weekdays=tuple(data["weekdays"]),
            until=data["until"],
        )


def _at(site: Site | None, device: Device | None) -> str:
    if device is not None:
        return f"device-{device.pk}"
    return f"site-{site.pk}" if site is not None else EVERYTHING


def _places(customer: Customer) -> list[tuple[str, Any]]:
    sites = list(Site.objects.filter(customer=customer, is_active=True).order_by("name"))
    devices = Device.objects.filter(customer=customer, retired_on=None).order_by("name")
    by_site: dict[int, list[tuple[str, str]]] = {site.pk: [] for site in sites}
    for device in devices:
        if device.site_id in by_site:
            by_site[device.site_id].append((f"device-{device.pk}", device.name))
    groups = [
        (site.name, [(f"site-{site.pk}", f"All of {site.name}"), *by_site[site.pk]])
        for site in sites
    ]
    return [(EVERYTHING, f"Everything of {customer.name}"), *groups]


def _facts_of(work: Maintenance) -> dict[str, Any]:
    return {
        "title": work.title,
        "place": _at(work.site, work.device),
        "recurrence": work.recurrence,
        "starts_on": work.starts_on,
        "starts_at": work.starts_at,
        "minutes": work.minutes,
        "weekdays": work.weekdays,
        "until": work.until,
        "zone": work.zone,
    }
