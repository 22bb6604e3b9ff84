"""What the forms of contracts share: days, and errors of an action at the right field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from calcom_portal.common.errors import BadInput

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)


def read_day(text: str) -> date:
    """Read an ISO date. Raises ValueError for anything else, and outside the years of contracts."""
    if not DAY.fullmatch(text):
        raise ValueError(text)
    day = date.fromisoformat(text)
    if not EARLIEST <= day <= LATEST:
        raise ValueError(text)
    return day


class DayField(forms.Field):
    """A day, written as 2026-06-30, in the years 1990 to 2199."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        """Return the day, None for an empty field. Raises ValidationError in words."""
        if isinstance(value, date):
            return value
        text = str(value or "").strip(" ")
        if not text:
            return None
        try:
            return read_day(text)
        except ValueError as error:
            raise forms.ValidationError(
                "Write a day of the calendar as 2026-06-30, from 1990 to 2199.", code="day"
            ) from error


def show_problem(
    form: forms.BaseForm, error: BadInput, names: Mapping[str, str] | None = None
) -> None:
    """Put what an action refused at the field it names; `names` maps the action's to the form's."""
    name = (names or {}).get(error.field, error.field)
    words = f"{error.message} {error.remedy}".strip()
    form.add_error(name if name in form.fields else None, words)
