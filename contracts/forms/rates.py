"""A new price list."""

from __future__ import annotations

from calcom_portal.common.fields import DayField, LineField, SubmissionField
from calcom_portal.common.layouts import laid_out, row
from contracts.forms.money import RatesFields

RATES = ("rate_currency", "rate_normal", "rate_after_hours", "rate_trip")
ROUNDING = ("round_rule", "round_step", "round_minimum")


class RateCardForm(RatesFields):
    """From when, which rates, which rounding."""

    effective_on = DayField(label="From")
    note = LineField(required=False, max_length=200, label="Note", help_text="For colleagues.")
    submission = SubmissionField()

    field_order = ("effective_on",)
    helper = laid_out("submission", "effective_on", row(*RATES), row(*ROUNDING), "note")
