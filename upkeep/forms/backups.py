"""What is asked about backups."""

from __future__ import annotations

from django import forms

from calcom_portal.common.fields import LineField


class LetGoForm(forms.Form):
    """Why a backup need not be kept for the work around it."""

    reason = LineField(
        label="Why",
        max_length=300,
        help_text="Such as: the update of last year has long been replaced.",
        error_messages={"required": "Say why it may go."},
    )


class HoldForm(forms.Form):
    """Why a backup is kept for good."""

    reason = LineField(
        label="Why",
        max_length=300,
        help_text="Such as: the state before the old carrier was cut off.",
        error_messages={"required": "Say why it is kept."},
    )
