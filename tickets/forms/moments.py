"""A moment on the reader's wall clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone

FORMAT = "%Y-%m-%dT%H:%M"
YEARS = range(2000, 2100)


class MomentField(forms.Field):
    """Day and time in the reader's zone; cleans to an aware datetime (UTC), None when left empty.

    A time that occurs twice, on the night the clocks go back, means the first; one that does not
    exist is refused.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT), **options
        )

    def prepare_value(self, value: Any) -> Any:
        """Show an instant on the reader's wall clock."""
        return timezone.localtime(value).strftime(FORMAT) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        """Read what a browser sends. Raises ValidationError in words."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            wall = datetime.strptime(text[:16], FORMAT)  # noqa: DTZ007 - the zone is added below
        except ValueError:
            wall = None
        if wall is None or len(text) > 19 or wall.year not in YEARS:
            raise forms.ValidationError("Write day and time, such as 2026-06-16T09:00.")
        moment = wall.replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC)
        if timezone.localtime(moment).replace(tzinfo=None) != wall:
            raise forms.ValidationError(
                "The clocks go forward that night and skip this time: choose another one."
            )
        return moment
