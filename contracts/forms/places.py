"""Sites and devices as people type them."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Customer
from calcom_portal.common.fields import DayField, LineField, RowField, SubmissionField
from calcom_portal.common.zones import zone_choices
from contracts.models import Device, DeviceKind, Site


class SiteForm(forms.Form):
    """A place of a customer. The customer is chosen once, when the site is made."""

    customer = RowField(queryset=None, label="Customer", empty_label="Choose a customer")
    name = LineField(max_length=120, label="Name", help_text="As the customer calls it.")
    address = LineField(required=False, max_length=240, label="Address")
    zone = forms.ChoiceField(choices=zone_choices, label="Time zone", initial="America/Los_Angeles")
    submission = SubmissionField()

    def __init__(self, *args: Any, site: Site | None = None, **options: Any):
        if site is not None:
            options["initial"] = {"name": site.name, "address": site.address, "zone": site.zone}
        super().__init__(*args, **options)
        if site is not None:
            del self.fields["customer"]
        else:
            _choose(self, "customer", Customer.objects.filter(is_active=True).order_by("name"))


class SiteChoice(RowField):
    """Sites with the name of their customer: many companies have a "Head office"."""

    def label_from_instance(self, obj: Site) -> str:
        """Return "Bayview Dental Group · Market Street"."""
        return f"{obj.customer.name} · {obj.name}"


class DeviceForm(forms.Form):
    """An installed product. The site is chosen when the device is made."""

    site = SiteChoice(queryset=None, label="Site", empty_label="Choose a site")
    name = LineField(
        max_length=120,
        label="Name",
        help_text="What people on site call it, such as: Front desk phone.",
    )
    kind = forms.ChoiceField(choices=DeviceKind.choices, label="What it is")
    vendor = LineField(required=False, max_length=80, label="Manufacturer")
    model = LineField(required=False, max_length=80, label="Model")
    serial = LineField(required=False, max_length=80, label="Serial number")
    asset_tag = LineField(required=False, max_length=40, label="Asset tag")
    room = LineField(required=False, max_length=80, label="Room")
    extension = LineField(required=False, max_length=20, label="Extension")
    installed_on = DayField(required=False, label="Installed on")
    installed_by_us = forms.BooleanField(required=False, initial=True, label="We installed it")
    submission = SubmissionField()

    def __init__(self, *args: Any, device: Device | None = None, **options: Any):
        if device is not None:
            options["initial"] = {name: getattr(device, name) for name in DEVICE_FACTS}
        super().__init__(*args, **options)
        if device is not None:
            del self.fields["site"]
        else:
            _choose(self, "site", _sites())


DEVICE_FACTS = (
    "name",
    "kind",
    "vendor",
    "model",
    "serial",
    "asset_tag",
    "room",
    "extension",
    "installed_on",
    "installed_by_us",
)


class RetireForm(forms.Form):
    """The day on which a device was taken out of service."""

    retired_on = DayField(label="Taken out of service on")


def _sites() -> Any:
    rows = Site.objects.filter(is_active=True, customer__is_active=True)
    return rows.select_related("customer").order_by("customer__name", "name")


def _choose(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    field.queryset = rows  # type: ignore[attr-defined]
