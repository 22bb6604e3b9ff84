"""Networks that probes may reach."""

from __future__ import annotations

from django import forms

from calcom_portal.common.fields import LineField, SubmissionField


class NetworkForm(forms.Form):
    """One more network."""

    network = LineField(
        max_length=43, label="Network", help_text="Such as 192.168.7.0/24. As narrow as it can be."
    )
    note = LineField(required=False, max_length=200, label="What is there")
    submission = SubmissionField()
