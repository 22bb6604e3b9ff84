"""Agents at sites as people prepare them."""

from __future__ import annotations

from typing import Any

from django import forms

from calcom_portal.common.fields import LineField, SubmissionField
from contracts.forms.places import SiteChoice
from contracts.models import Site


class AgentForm(forms.Form):
    """Where an agent will stand, and what it is called."""

    site = SiteChoice(queryset=None, label="Site", empty_label="Choose a site")
    name = LineField(
        max_length=80,
        label="Name",
        help_text="Of the machine that it runs on, such as: Box in the cellar.",
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        rows = Site.objects.filter(is_active=True, customer__is_active=True)
        rows = rows.select_related("customer").order_by("customer__name", "name")
        self.fields["site"].queryset = rows  # type: ignore[attr-defined]
