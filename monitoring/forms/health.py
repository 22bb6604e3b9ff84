"""What people type into health checks: notes, values found by hand, thresholds, a signature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from calcom_portal.common.fields import DayField, SubmissionField, TextField
from monitoring.actions.note_health_item import LONGEST_NOTE
from monitoring.actions.sign_health_report import LONGEST_COMMENT
from monitoring.health.measures import MEASURES, TOLD, Bounds, ByHand, Measure
from monitoring.health_view import Line

NUMBER = re.compile(r"-?[0-9]{1,7}(?:\.[0-9]{1,4})?")


class NumberField(forms.Field):
    """A number in plain digits with a point; nothing like 1e9 or nan. Empty: None."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.widget.attrs |= {"inputmode": "decimal", "size": 8}

    def to_python(self, value: Any) -> float | None:
        """Return the number. Raises ValidationError in words."""
        text = str(value if value is not None else "").strip(" ")
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            raise forms.ValidationError("Write a number such as 90 or 99.5.", code="form")
        return float(text)


class SignForm(forms.Form):
    """The technician's words over the whole report."""

    comment = TextField(
        max_length=LONGEST_COMMENT,
        required=False,
        label="Your words to the customer",
        help_text="They stand at the head of the report and in the mail.",
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["comment"].widget.attrs["rows"] = 4


class LineForm(forms.Form):
    """A note beside one line, and what no connection tells about it."""

    note = TextField(
        max_length=LONGEST_NOTE,
        required=False,
        label="Note",
        help_text="The customer reads it beside this line.",
    )

    def __init__(self, *args: Any, line: Line, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["note"] = line.item.note
        self.fields["note"].widget.attrs["rows"] = 3
        self.measures = {_name(measure.code): measure for measure in line.by_hand}
        given = {one.reading.measure: one.reading.given for one in line.judged}
        for name, measure in self.measures.items():
            self.fields[name] = _field(measure)
            self.initial[name] = given.get(measure.code, "")
        # What nobody else can find out comes first.
        self.order_fields([*self.measures, "note"])

    def given(self) -> dict[str, str]:
        """Return what was written by hand and is new, by measure."""
        found = {
            measure.code: self.cleaned_data.get(name) for name, measure in self.measures.items()
        }
        before = {measure.code: self.initial[name] for name, measure in self.measures.items()}
        return {
            code: _plain(value)
            for code, value in found.items()
            if value is not None and _plain(value) != str(before[code])
        }


class ThresholdsForm(forms.Form):
    """All bounds at once, in the order of the items."""

    submission = SubmissionField()

    def __init__(self, *args: Any, own: Mapping[str, Bounds], **options: Any) -> None:
        super().__init__(*args, **options)
        for measure in JUDGED:
            bounds = own.get(measure.code, measure.bounds)
            for side, bound in (("warn", bounds.warn), ("crit", bounds.crit)):
                label = f"{'Watch' if side == 'warn' else 'Act now'}: {measure.label}"
                field = NumberField(label=label, initial=_shown(bound))
                self.fields[f"{side}_{_name(measure.code)}"] = field

    def bounds(self) -> dict[str, Bounds]:
        """Return what was written, by measure."""
        return {
            measure.code: Bounds(
                self.cleaned_data[f"warn_{_name(measure.code)}"],
                self.cleaned_data[f"crit_{_name(measure.code)}"],
            )
            for measure in JUDGED
        }

    def rows(self) -> list[tuple[Measure, Any, Any]]:
        """Return each measure with its two fields."""
        return [
            (measure, self[f"warn_{_name(measure.code)}"], self[f"crit_{_name(measure.code)}"])
            for measure in JUDGED
        ]


JUDGED = tuple(measure for measure in MEASURES if measure.bounds != TOLD)
DAYS = {
    ByHand.DAY_PAST: "When was it?",
    ByHand.DAY_AHEAD: "Until when?",
}


def field_of(code: str) -> str:
    """Return the name of the field at which a problem with a measure's bounds is shown."""
    return f"crit_{_name(code)}"


def _name(code: str) -> str:
    return code.replace(".", "_")


def _field(measure: Measure) -> forms.Field:
    if measure.by_hand is ByHand.NUMBER:
        return NumberField(label=measure.label, help_text="As you found it today.")
    return DayField(
        required=False,
        label=f"{measure.label}: {DAYS[measure.by_hand or ByHand.DAY_PAST].lower()}",
        help_text="Next month's check counts on from this day.",
    )


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shown(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"
