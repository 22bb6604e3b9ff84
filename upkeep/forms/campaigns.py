"""Campaigns and the records of updates as people type them."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms

from calcom_portal.common.fields import (
    DayField,
    LineField,
    SubmissionField,
    TextField,
    WholeNumberField,
)
from calcom_portal.common.layouts import laid_out, row
from monitoring.forms.maintenance import ClockField
from monitoring.work_page import WEEKDAYS
from tickets.forms.files import FilesField
from upkeep.actions.plan_campaign import FAILURES, MINUTES, REST_HOURS, CampaignWish
from upkeep.actions.record_update import Evidence
from upkeep.drivers.proven import UPDATED_ON
from upkeep.firmware.charging import MINUTES as MINUTES_CHARGED
from upkeep.firmware.charging import USUAL_MINUTES
from upkeep.models import Method

TUESDAY_TO_THURSDAY = [2, 3, 4]


class CampaignForm(forms.Form):
    """When devices are brought to a release, how, and how careful."""

    title = LineField(max_length=120, label="Title")
    reason = LineField(
        max_length=500,
        label="Why",
        help_text="In plain words: customers read it, such as what the update repairs.",
    )
    method = forms.ChoiceField(
        choices=Method.choices,
        widget=forms.RadioSelect,
        label="How",
        help_text=" ".join(UPDATED_ON.values()),
    )
    package = LineField(
        max_length=80,
        needed_at_times=True,
        label="Package",
        help_text="What apt calls it, such as asterisk. For updates from a package repository.",
    )
    starts_on = DayField(label="First day", help_text="Today or later.")
    opens_at = ClockField(label="From", help_text="On the clock of each site.")
    minutes = WholeNumberField(
        minimum=MINUTES[0],
        maximum=MINUTES[1],
        label="Minutes",
        help_text="Updates begin within them.",
    )
    weekdays = forms.TypedMultipleChoiceField(
        choices=[(number, name[:3]) for number, name in enumerate(WEEKDAYS, start=1)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple({"class": "pick-inline"}),
        label="Weekdays",
    )
    rest_hours = WholeNumberField(
        minimum=REST_HOURS[0],
        maximum=REST_HOURS[1],
        label="Hours between waves",
        help_text="One device first, then five, then all others.",
    )
    most_failures = WholeNumberField(
        minimum=FAILURES[0],
        maximum=FAILURES[1],
        label="Failures to bear",
        help_text="One more pauses it.",
    )
    asks_consent = forms.BooleanField(
        required=False,
        label="Ask every customer for consent",
        help_text="What no contract pays for needs it anyway.",
    )
    charged_minutes = WholeNumberField(
        minimum=MINUTES_CHARGED[0],
        maximum=MINUTES_CHARGED[1],
        label="Minutes of labour",
        help_text="For each device that the portal updates, however long it takes, at the normal"
        " rate. Where no contract pays, the customer agrees to this sum.",
    )
    submission = SubmissionField()
    helper = laid_out(
        *("submission", "title", "reason", "method", "package", "charged_minutes"),
        row("starts_on", "opens_at", "minutes"),
        "weekdays",
        row("rest_hours", "most_failures"),
        "asks_consent",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        usual = {
            "method": Method.HAND.value,
            "opens_at": time(22),
            "minutes": 240,
            "weekdays": TUESDAY_TO_THURSDAY,
            "rest_hours": 24,
            "most_failures": 0,
            "asks_consent": True,
            "charged_minutes": USUAL_MINUTES,
        }
        options["initial"] = usual | options.get("initial", {})
        super().__init__(*args, **options)

    @property
    def wish(self) -> CampaignWish:
        """Return what was typed. The form is valid."""
        data = {name: it for name, it in self.cleaned_data.items() if name != "submission"}
        data["method"], data["weekdays"] = Method(data["method"]), tuple(data["weekdays"])
        return CampaignWish(**data)


class PauseForm(forms.Form):
    """Why nothing more begins."""

    reason = LineField(max_length=300, label="Why", help_text="For your colleagues.")
    submission = SubmissionField()


class AnswerForm(forms.Form):
    """Yes or no to the updates of a campaign, and a word with it."""

    answer = forms.ChoiceField(choices=[("yes", "Agree"), ("no", "Decline")])
    note = LineField(max_length=300, required=False, label="A word to us")
    submission = SubmissionField()


class RecordForm(forms.Form):
    """An update that was done at the device."""

    before = LineField(max_length=80, label="Version before")
    after = LineField(max_length=80, label="Version after", help_text="As the device says it now.")
    words = TextField(
        max_length=2000,
        label="Evidence",
        help_text="What you saw: how it was checked, what works.",
    )
    pictures = FilesField(label="A picture or a file")
    submission = SubmissionField()

    @property
    def evidence(self) -> Evidence:
        """Return what was typed. The form is valid."""
        data = self.cleaned_data
        return Evidence(data["before"], data["after"], data["words"], data["pictures"])
