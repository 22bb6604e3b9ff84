"""Amounts of money, labour rates and rounding in forms."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms

from calcom_portal.common.fields import LineField, WholeNumberField, needed_at_times
from contracts.price_list import RatesInForce
from contracts.rates import LONGEST_MINIMUM, STEPS, Rates, RatesError, Rounding, Rule, read_amount

RULES: Final = [
    (Rule.UP.value, "up to the next step"),
    (Rule.NEAREST.value, "to the nearest step"),
    (Rule.NONE.value, "not at all"),
]
STEP_WORDS: Final = [
    (step, "no step" if step == 0 else f"{step} minutes" if step > 1 else "1 minute")
    for step in STEPS
]
AGREED, LISTED = "agreed", "listed"
PRICING: Final = [
    (LISTED, "As our price list says on the day of the work"),
    (AGREED, "Agreed in this contract"),
]
# What `RatesError` calls a field, and where it stands in a form.
AT_FIELD: Final = {
    "currency": "rate_currency",
    "normal": "rate_normal",
    "after_hours": "rate_after_hours",
    "trip": "rate_trip",
    "step": "round_step",
    "rule": "round_rule",
    "minimum": "round_minimum",
}


class MoneyField(forms.Field):
    """An amount of money such as 145 or 145.00: not below zero, at most two decimals."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 12})

    def to_python(self, value: Any) -> Decimal | None:
        """Return the amount, None for an empty field. Raises ValidationError in words."""
        text = str("" if value is None else value).strip(" ")
        if not text:
            return None
        if text.startswith("-"):
            raise forms.ValidationError("This cannot be below zero. Write 0 or more.", code="least")
        try:
            return read_amount("", text)
        except RatesError as error:
            raise forms.ValidationError(f"{error.message} {error.remedy}", code="amount") from error


class RatesFields(forms.Form):
    """The fields of labour rates and rounding. Valid: `rates` and `rounding` hold them.

    With `pricing`, a contract may also follow the price list: both are None then.
    """

    rate_currency = LineField(needed_at_times=True, max_length=3, label="Currency")
    rate_normal = needed_at_times(MoneyField(label="An hour in business hours"))
    rate_after_hours = needed_at_times(MoneyField(label="An hour outside them"))
    rate_trip = needed_at_times(MoneyField(label="A trip to a site"))
    round_rule = needed_at_times(forms.ChoiceField(choices=RULES, label="Minutes are rounded"))
    round_step = needed_at_times(forms.ChoiceField(choices=STEP_WORDS, label="Step"))
    round_minimum = WholeNumberField(
        required=False, maximum=LONGEST_MINIMUM, label="At least (minutes)"
    )

    rates: Rates | None = None
    rounding: Rounding | None = None

    def clean(self) -> dict[str, Any]:
        """Build rates and rounding, unless the price list is followed."""
        data: dict[str, Any] = super().clean() or {}
        if "pricing" in self.fields and data.get("pricing") != AGREED:
            self._forgive()
        elif not self.errors.keys() & AT_FIELD.values():
            self._read(data)
        return data

    def agreed(self) -> tuple[Rates, Rounding]:
        """Return both, of a valid form. Raises LookupError where the price list is followed."""
        if self.rates is None or self.rounding is None:
            raise LookupError("The form agrees no rates of its own.")
        return self.rates, self.rounding

    def _forgive(self) -> None:
        # Nobody meets what is wrong in fields that do not count.
        for name in AT_FIELD.values():
            self.errors.pop(name, None)

    def _read(self, data: Mapping[str, Any]) -> None:
        for name in ("rate_normal", "rate_after_hours", "rate_trip"):
            if data.get(name) is None:
                self.add_error(name, "Write an amount, 0 if it costs nothing.")
        if self.errors.keys() & AT_FIELD.values():
            return
        try:
            self.rates = Rates(
                str(data["rate_currency"]).upper(),
                data["rate_normal"],
                data["rate_after_hours"],
                data["rate_trip"],
            )
            self.rounding = Rounding(
                int(data["round_step"] or 0),
                Rule(data["round_rule"] or Rule.NONE),
                data["round_minimum"] or 0,
            )
        except RatesError as error:
            self.add_error(AT_FIELD[error.field], f"{error.message} {error.remedy}")


def initial_rates(shown: RatesInForce | None) -> dict[str, Any]:
    """Return what the fields show at first: the rates that count now."""
    if shown is None:
        return {}
    rates, rounding = shown.rates, shown.rounding
    return {
        "rate_currency": rates.currency,
        "rate_normal": rates.normal,
        "rate_after_hours": rates.after_hours,
        "rate_trip": rates.trip,
        "round_step": rounding.step,
        "round_rule": rounding.rule.value,
        "round_minimum": rounding.minimum,
    }
