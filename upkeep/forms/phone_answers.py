"""What a customer's person said by telephone, as one of ours types it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from calcom_portal.common.fields import DayField, LineField, RowField, SubmissionField
from calcom_portal.common.layouts import laid_out, row
from calcom_portal.common.tenancy import database_now
from contracts.sla import zone_words
from monitoring.forms.maintenance import ClockField
from upkeep.actions.take_answer import PhoneAnswer
from upkeep.models import FirmwareUpdate
from upkeep.updating.answers import may_speak

YES = "yes"


class PhoneAnswerForm(forms.Form):
    """Who said what, and when."""

    answer = forms.ChoiceField(
        choices=[(YES, "Agreed"), ("no", "Declined")],
        widget=forms.RadioSelect({"class": "pick-inline"}),
        label="Answer",
    )
    person = RowField(
        queryset=None,
        label="Who said it",
        empty_label="Choose a person",
        help_text="Those who are authorised for changes, and administrators.",
    )
    said_on = DayField(label="Day of the call")
    said_at = ClockField(label="Time")
    note = LineField(
        max_length=300, required=False, label="What was said", help_text="The customer reads it."
    )
    submission = SubmissionField()
    helper = laid_out("submission", "answer", "person", row("said_on", "said_at"), "note")

    def __init__(self, *args: Any, update: FirmwareUpdate, zone: str, **options: Any) -> None:
        self.zone = ZoneInfo(zone)
        here = database_now().astimezone(self.zone)
        options["initial"] = {"said_on": here.date(), "said_at": here.time()}
        super().__init__(*args, **options)
        self.fields["person"].queryset = may_speak(update.customer_id)  # type: ignore[attr-defined]
        self.fields["said_at"].help_text = f"{zone_words(zone)}."

    @property
    def phone_answer(self) -> PhoneAnswer:
        """Return what was typed. The form is valid."""
        data = self.cleaned_data
        said_at = datetime.combine(data["said_on"], data["said_at"], self.zone)
        return PhoneAnswer(data["answer"] == YES, data["person"].pk, said_at, data["note"])
