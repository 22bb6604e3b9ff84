"""Models, warranty lines and swaps as people type them."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from accounts.models import Customer
from calcom_portal.common.fields import DayField, LineField, RowField, SubmissionField
from contracts.actions import DeviceFacts, ModelFacts, Swap, WarrantyFacts
from contracts.models import Contract, ContractState, Device, DeviceKind, ProductModel


class ProductModelForm(forms.Form):
    """A model of the catalogue."""

    vendor = LineField(max_length=80, label="Manufacturer")
    model = LineField(max_length=80, label="Model")
    kind = forms.ChoiceField(choices=DeviceKind.choices, label="What it is")
    support_ends_on = DayField(
        required=False,
        label="Maker's support ends on",
        help_text="The last day of support. Empty: not known.",
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, product: ProductModel | None = None, **options: Any):
        names = ("vendor", "model", "kind", "support_ends_on")
        if product is not None:
            options["initial"] = {name: getattr(product, name) for name in names}
        super().__init__(*args, **options)

    def facts(self) -> ModelFacts:
        """Return what was typed. The form is valid."""
        data = {name: it for name, it in self.cleaned_data.items() if name != "submission"}
        return ModelFacts(**data)


class WarrantyDaysForm(forms.Form):
    """From when to when a product is under warranty."""

    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day", help_text="Included.")
    note = LineField(required=False, max_length=200, label="Note", help_text="Customers see it.")

    def facts(self) -> WarrantyFacts:
        """Return what was typed. The form is valid."""
        data = self.cleaned_data
        return WarrantyFacts(data["starts_on"], data["ends_on"], data["note"])


class WarrantyForm(WarrantyDaysForm):
    """A new line of a customer's warranty list. The device is named, not picked from thousands."""

    device = LineField(
        max_length=120, label="Device", help_text="Its serial number, or its name as written here."
    )
    contract = RowField(queryset=None, label="On the list of contract", empty_label=None)
    submission = SubmissionField()
    field_order = ("device", "contract", "starts_on", "ends_on", "note")

    def __init__(self, *args: Any, customer: Customer, **options: Any):
        super().__init__(*args, **options)
        self.customer = customer
        rows = Contract.objects.filter(customer=customer).exclude(state=ContractState.CANCELLED)
        self.fields["contract"].queryset = rows.order_by("-pk")  # type: ignore[attr-defined]

    def clean_device(self) -> Device:
        """Return the device in service that is meant. Raises ValidationError in words."""
        text = self.cleaned_data["device"]
        rows = Device.objects.in_service().filter(customer=self.customer)
        for found in (rows.filter(serial=text)[:2], rows.filter(name__iexact=text)[:2]):
            if len(found) == 1:
                device: Device = found[0]
                return device
            if found:
                raise forms.ValidationError(
                    "Several devices are called so: give the serial number."
                )
        raise forms.ValidationError("The customer has no such device in service.")


WHOLE_DAYS = re.compile(r"[0-9]{1,4}")
SAME = ("name", "kind", "vendor", "model", "asset_tag", "room", "extension")


class SwapForm(forms.Form):
    """What is put in instead of a broken device; it starts from what the old one was."""

    serial = LineField(max_length=80, label="Serial number of the new device")
    swapped_on = DayField(label="Swapped on")
    reason = LineField(
        required=False, max_length=200, label="What was wrong", help_text="Customers see it."
    )
    name = LineField(max_length=120, label="Name")
    kind = forms.ChoiceField(choices=DeviceKind.choices, label="What it is")
    vendor = LineField(required=False, max_length=80, label="Manufacturer")
    model = LineField(required=False, max_length=80, label="Model")
    asset_tag = LineField(required=False, max_length=40, label="Asset tag")
    room = LineField(required=False, max_length=80, label="Room")
    extension = LineField(required=False, max_length=20, label="Extension")
    tickets_follow = forms.BooleanField(
        required=False, initial=True, label="Open tickets go on with the new device"
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, device: Device, **options: Any):
        same = {name: getattr(device, name) for name in SAME}
        options["initial"] = same | options.get("initial", {})
        super().__init__(*args, **options)

    def swap(self) -> Swap:
        """Return what was typed. The form is valid."""
        data = self.cleaned_data
        facts = DeviceFacts(
            serial=data["serial"],
            installed_on=data["swapped_on"],
            **{name: data[name] for name in SAME},
        )
        return Swap(facts, data["swapped_on"], data["reason"], data["tickets_follow"])


class ExpiryForm(forms.Form):
    """How many days before an end to warn, as numbers with commas."""

    days = LineField(max_length=60, label="Days before", help_text="For example 90, 30, 7.")

    def clean_days(self) -> list[int]:
        """Return the numbers. Raises ValidationError in words."""
        words = self.cleaned_data["days"].replace(",", " ").split()
        if not all(WHOLE_DAYS.fullmatch(word) for word in words):
            raise forms.ValidationError("Write numbers of days with commas between them.")
        return [int(word) for word in words]
