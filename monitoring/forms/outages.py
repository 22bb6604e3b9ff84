"""Closing an outage by hand, and how outages are handled."""

from __future__ import annotations

from django import forms

from calcom_portal.common.fields import LineField, SubmissionField
from contracts.models import DeviceKind
from monitoring.models import Closing


class CloseForm(forms.Form):
    """Why an outage is over."""

    note = LineField(
        max_length=240, label="Why it is over", help_text="For the record, such as “unplugged”."
    )


class RulesForm(forms.Form):
    """When outages are over, and whose are emergencies."""

    closing = forms.ChoiceField(
        choices=Closing.choices,
        widget=forms.RadioSelect,
        label="A ticket of monitoring whose equipment works again",
    )
    calm_minutes = forms.IntegerField(
        min_value=1,
        max_value=24 * 60,
        label="An outage is over after so many minutes without a failure",
    )
    emergencies = forms.MultipleChoiceField(
        required=False,
        choices=DeviceKind.choices,
        widget=forms.CheckboxSelectMultiple,
        label="Equipment whose outage is an emergency",
        help_text="What fails at their web pages, mail, names or clocks stays a minor problem."
        " A check can say otherwise for itself.",
    )
    submission = SubmissionField()
