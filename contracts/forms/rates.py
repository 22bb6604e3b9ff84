"""A new price list."""

from __future__ import annotations

from calcom_portal.common.fields import DayField, LineField, SubmissionField
from contracts.forms.money import RatesFields


class RateCardForm(RatesFields):
    """From when, which rates, which rounding."""

    effective_on = DayField(label="From")
    note = LineField(required=False, max_length=200, label="Note", help_text="For colleagues.")
    submission = SubmissionField()

    field_order = ("effective_on",)
