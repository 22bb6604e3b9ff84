"""Sending, signing and declining."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from calcom_portal.common.fields import (
    DayField,
    LineField,
    SubmissionField,
    TextField,
    needed_at_times,
)
from calcom_portal.common.files import IncomingFile, safe_name
from calcom_portal.common.sizes import has_and_may
from contracts.evidence import SCAN_TYPES

MEGABYTE = 1024 * 1024
SHORT_TEXT = 500


class ScanField(forms.Field):
    """One scanned document. Cleans to an IncomingFile; what it really is, the action finds out."""

    def __init__(self, **options: Any) -> None:
        limit = settings.ATTACHMENT_LIMIT_BYTES // MEGABYTE
        super().__init__(
            required=False,
            label="Scan of the signed paper",
            help_text=f"PDF, JPEG or PNG, at most {limit} MB. Without one, say below why.",
            widget=forms.FileInput(attrs={"accept": ",".join(sorted(SCAN_TYPES))}),
            **options,
        )

    def clean(self, value: UploadedFile[Any] | None) -> IncomingFile | None:
        """Return the file. Raises ValidationError naming it and the limit."""
        if value is None:
            return None
        name, limit = safe_name(value.name or ""), settings.ATTACHMENT_LIMIT_BYTES
        if not value.size:
            raise forms.ValidationError(f"{name} is empty: choose it again, or leave it out.")
        if value.size > limit:
            raise forms.ValidationError(
                f"{has_and_may(name, value.size, limit)}: scan it in a lower resolution."
            )
        return IncomingFile(value.name or "", value.size, lambda: value.open("rb"))


class RecordForm(forms.Form):
    """A signature that was given outside the portal."""

    name = LineField(max_length=120, label="Name of who signs", help_text="As on the paper.")
    role = LineField(
        max_length=120, required=False, label="Role", help_text="Such as office manager."
    )
    signed_on = DayField(required=False, label="Day of the signature", help_text="Empty: today.")
    scan = needed_at_times(ScanField())
    no_scan_reason = LineField(
        max_length=SHORT_TEXT,
        needed_at_times=True,
        label="Why there is no scan",
        help_text="Only without one. It stands on the paper, and both sides can read it.",
    )
    submission = SubmissionField()

    def clean(self) -> dict[str, Any]:
        """Ask for the scan, or for the words why there is none."""
        data: dict[str, Any] = super().clean() or {}
        is_told = data.get("scan") or data.get("no_scan_reason")
        if not is_told and not {"scan", "no_scan_reason"} & self.errors.keys():
            self.add_error("no_scan_reason", "Choose the scan, or write why there is none.")
        return data


class SendForm(forms.Form):
    """Some words to those who are asked to sign."""

    note = TextField(
        max_length=SHORT_TEXT,
        required=False,
        label="Note to the customer",
        help_text="Goes into the mail.",
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].widget.attrs["rows"] = 3


class AgreementForm(forms.Form):
    """The customer's own signature. `digest` names the terms that the page showed."""

    name = LineField(
        max_length=120, label="Your full name", help_text="Typing it here is your signature."
    )
    role = LineField(
        max_length=120, label="Your role in the company", help_text="Such as office manager."
    )
    consent = forms.BooleanField(
        label="I have read the agreement, and I sign it for my company.",
        error_messages={"required": "Tick this after you have read the agreement."},
    )
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    submission = SubmissionField()


class DeclineForm(forms.Form):
    """Why not."""

    reason = TextField(
        max_length=SHORT_TEXT, label="What should be different", help_text="We read it and answer."
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].widget.attrs["rows"] = 4
