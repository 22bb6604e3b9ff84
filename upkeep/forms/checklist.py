"""A line of the checklist as people type it."""

from __future__ import annotations

from typing import Any

from django import forms

from calcom_portal.common.fields import LineField, SubmissionField
from calcom_portal.common.layouts import laid_out, row
from upkeep.actions._checklists import COLUMNS
from upkeep.inspections.answers import LARGEST_READING, Asked
from upkeep.inspections.standard import Line
from upkeep.models import ChecklistLine

ASKED = [(one.value, one.label) for one in Asked]
BOUNDS: dict[str, Any] = {
    "required": False,
    "min_value": -LARGEST_READING,
    "max_value": LARGEST_READING,
}


class LineForm(forms.Form):
    """One line of the checklist."""

    section = LineField(max_length=60, label="Section", help_text="Such as Power.")
    title = LineField(max_length=120, label="What to look at")
    how = LineField(required=False, max_length=400, label="How")
    asked = forms.ChoiceField(choices=ASKED, label="What is asked")
    unit = LineField(required=False, max_length=12, label="Unit", help_text="Of a reading.")
    low = forms.FloatField(**BOUNDS, label="Least", help_text="Below it is worth a look.")
    high = forms.FloatField(**BOUNDS, label="Most", help_text="Above it is worth a look.")
    wants_photo = forms.BooleanField(required=False, label="With a picture")
    is_required = forms.BooleanField(
        required=False, initial=True, label="Has to be answered before it is signed"
    )
    submission = SubmissionField()
    helper = laid_out(
        *("submission", "section", "title", "how", "asked"),
        row("unit", "low", "high"),
        *("wants_photo", "is_required"),
    )

    def __init__(self, *args: Any, line: ChecklistLine | None = None, **options: Any) -> None:
        if line is not None:
            options["initial"] = {name: getattr(line, name) for name in COLUMNS}
        super().__init__(*args, **options)

    def facts(self) -> Line:
        """Return what was typed. The form is valid."""
        data = {name: self.cleaned_data[name] for name in COLUMNS}
        return Line(**data | {"asked": Asked(data["asked"])})
