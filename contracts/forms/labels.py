"""Which labels to print, and on which sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from calcom_portal.common.fields import WholeNumberField
from contracts.label_sheets import SHEETS, SheetCode
from contracts.models import Device

LABELS_A_PAGE = 100


class LabelForm(forms.Form):
    """Devices, a sheet, and the place of the first label on a sheet that was begun."""

    sheet = forms.ChoiceField(
        choices=[(code.value, sheet.label) for code, sheet in SHEETS.items()],
        label="Sheet",
        initial=SheetCode.AVERY_5160,
    )
    start = WholeNumberField(
        minimum=1,
        maximum=30,
        initial=1,
        label="First label",
        help_text="1 is at the top left. For a sheet that was begun, count from left to right.",
    )
    devices = forms.MultipleChoiceField(
        label="Devices",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one device."},
    )

    def __init__(self, *args: Any, offered: Sequence[Device], **options: Any):
        super().__init__(*args, **options)
        self.offered = {str(device.pk): device for device in offered}
        choices = [(key, self._label(device)) for key, device in self.offered.items()]
        self.fields["devices"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a first place that the sheet has not."""
        data: dict[str, Any] = super().clean() or {}
        if {"sheet", "start"} <= data.keys():
            sheet = SHEETS[SheetCode(data["sheet"])]
            if data["start"] > sheet.places:
                self.add_error("start", f"This sheet has {sheet.places} labels.")
        return data

    def chosen(self) -> list[Device]:
        """Return the devices in the order of the list. The form is valid."""
        wanted = set(self.cleaned_data["devices"])
        return [device for key, device in self.offered.items() if key in wanted]

    @staticmethod
    def _label(device: Device) -> str:
        number = f" · {device.serial}" if device.serial else ""
        return f"{device.site.name} · {device.name}{number}"
