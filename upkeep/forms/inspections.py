"""What people type about inspections at a desk."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.capabilities import STAFF_ROLES
from accounts.models import Membership
from calcom_portal.common.fields import LineField, RowsField, SubmissionField
from calcom_portal.common.layouts import laid_out, row
from tickets.forms.moments import MomentField

ROLES = [role.value for role in STAFF_ROLES]


class VisitForm(forms.Form):
    """When, by whom, and why it lies where it should not."""

    day = MomentField(label="From")
    end = MomentField(label="To")
    technicians = RowsField(
        queryset=None,
        required=False,
        label="Who comes",
        widget=forms.CheckboxSelectMultiple,
    )
    reason = LineField(
        max_length=300,
        needed_at_times=True,
        label="Reason",
        help_text="Needed outside its days or business hours. The customer reads it.",
    )
    submission = SubmissionField()
    helper = laid_out("submission", row("day", "end"), "technicians", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = Membership.objects.filter(role__in=ROLES, is_active=True).order_by("name", "pk")
        field = self.fields["technicians"]
        field.queryset = people  # type: ignore[attr-defined]
        field.label_from_instance = lambda person: person.name  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    """Why nobody comes."""

    reason = LineField(max_length=300, label="Reason", help_text="The customer reads it.")
    submission = SubmissionField()
