"""Releases, advisories and versions as people type them."""

from __future__ import annotations

from typing import Any

from django import forms

from calcom_portal.common.fields import DayField, LineField, SubmissionField, TextField
from upkeep.actions.add_release import ReleaseFacts
from upkeep.actions.enter_advisory import AdvisoryFacts
from upkeep.firmware.standing import Status
from upkeep.models import FirmwareRelease

STATUSES = [(one.value, one.label) for one in Status]
PLAIN = ("version", "status", "released_on", "ends_on", "file_url", "file_sha256", "notes")


class ReleaseForm(forms.Form):
    """A release of a model."""

    version = LineField(
        max_length=80, label="Version", help_text="As the device says it, such as 66.86.0.15."
    )
    status = forms.ChoiceField(choices=STATUSES, label="What we think of it")
    released_on = DayField(required=False, label="Released on")
    ends_on = DayField(
        required=False, label="Looked after until", help_text="The maker's last day. Empty: open."
    )
    file_url = LineField(
        required=False,
        max_length=300,
        label="Address of the file",
        help_text="For phones that fetch their firmware: where their phone system gets it.",
    )
    file_sha256 = LineField(
        required=False,
        max_length=64,
        label="SHA-256 of the file",
        help_text="As the maker publishes it.",
    )
    notes = TextField(
        required=False,
        max_length=1000,
        label="Notes",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, release: FirmwareRelease | None = None, **options: Any):
        if release is not None:
            options["initial"] = {name: getattr(release, name) for name in PLAIN}
        super().__init__(*args, **options)

    def facts(self) -> ReleaseFacts:
        """Return what was typed. The form is valid."""
        data = {name: it for name, it in self.cleaned_data.items() if name in PLAIN}
        return ReleaseFacts(**data | {"status": Status(data["status"])})


class AdvisoryForm(forms.Form):
    """A fault that versions of a model have."""

    title = LineField(max_length=160, label="What is wrong")
    since = LineField(
        required=False, max_length=80, label="From version", help_text="Empty: every older one."
    )
    fixed_in = LineField(
        required=False, max_length=80, label="Fixed in version", help_text="Empty: not fixed yet."
    )
    published_on = DayField(label="Published on")
    source = LineField(
        required=False, max_length=300, label="Source", help_text="A number or an address."
    )
    text = TextField(
        required=False,
        max_length=2000,
        label="What it means",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    submission = SubmissionField()

    def facts(self) -> AdvisoryFacts:
        """Return what was typed. The form is valid."""
        data = {name: it for name, it in self.cleaned_data.items() if name != "submission"}
        return AdvisoryFacts(**data)


class VersionForm(forms.Form):
    """The version that somebody read off a device."""

    version = LineField(
        max_length=80,
        label="Version",
        help_text="As the device shows it. Releases and advisories are compared with it.",
    )
    submission = SubmissionField()
