"""A moment on the reader's wall clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from contracts.sla import zone_words

FORMAT = "%Y-%m-%dT%H:%M"
YEARS = range(2000, 2100)
# strptime alone would take the digits of every script, and "2026-6-1".
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:00)?")


class MomentField(forms.Field):
    """Day and time in the reader's zone; cleans to an aware datetime (UTC), None when left empty.

    The help names the zone behind what the form itself says; not as "PST", which summer is not.

    A time that occurs twice, on the night the clocks go back, means the first; one that does not
    exist is refused.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT), **options
        )

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Say whose clock is meant."""
        bound = super().get_bound_field(form, field_name)
        zone = zone_words(str(timezone.get_current_timezone()))
        bound.help_text = f"{self.help_text} On your clock, {zone}.".strip()
        return bound

    def prepare_value(self, value: Any) -> Any:
        """Show an instant on the reader's wall clock."""
        return timezone.localtime(value).strftime(FORMAT) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        """Read what a browser sends. Raises ValidationError in words."""
        text = str(value or "").strip()
        if not text:
            return None
        day, _, clock = text.partition("T")
        try:
            wall = datetime.strptime(text[:16], FORMAT)  # noqa: DTZ007 - the zone is added below
        except ValueError:
            wall = None
        is_exact = DAY.fullmatch(day) and TIME.fullmatch(clock)
        if wall is None or not is_exact or wall.year not in YEARS:
            raise forms.ValidationError("Write day and time, such as 2026-06-16T09:00.")
        moment = wall.replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC)
        if timezone.localtime(moment).replace(tzinfo=None) != wall:
            raise forms.ValidationError(
                "The clocks go forward that night and skip this time: choose another one."
            )
        return moment


class WantedDayField(forms.DateField):
    """A day in the one form that browsers send."""

    def to_python(self, value: Any) -> date | None:
        """Read the day. Raises ValidationError in words."""
        return super().to_python(_exactly(self, DAY, value))


class WantedTimeField(forms.TimeField):
    """A time of day in the one form that browsers send; seconds have to be none."""

    def to_python(self, value: Any) -> time | None:
        """Read the time. Raises ValidationError in words."""
        return super().to_python(_exactly(self, TIME, value))


def _exactly(field: forms.Field, form: re.Pattern[str], value: Any) -> Any:
    if isinstance(value, str) and value.strip() and not form.fullmatch(value.strip()):
        raise forms.ValidationError(field.error_messages["invalid"], code="invalid")
    return value
