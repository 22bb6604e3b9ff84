"""The editor of a service calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms

from calcom_portal.common.errors import BadInput
from calcom_portal.common.fields import LineField, SubmissionField, TextField, WholeNumberField
from calcom_portal.common.zones import zone_choices
from contracts.actions import CalendarEdit, refuse_empty_week
from contracts.hours_text import (
    WEEKDAYS,
    read_days,
    read_special_hours,
    read_windows,
    write_days,
    write_special_hours,
    write_windows,
)
from contracts.models import CalendarVersion
from contracts.public_holidays import (
    PublicHoliday,
    countries,
    holidays_from_library,
    subdivisions,
    years_from,
)
from contracts.sla import CalendarError, CalendarNeverOpens, ServiceCalendar


class CalendarForm(forms.Form):
    """Hours, holidays and special hours. Valid: `edit` holds the calendar's neutral form.

    Days before the present year are kept from the version that is edited: deadlines of the past
    were counted by them.
    """

    name = LineField(max_length=80, label="Name")
    tz = forms.ChoiceField(choices=zone_choices, label="Time zone", initial="America/Los_Angeles")
    country = forms.ChoiceField(required=False, label="Public holidays of")
    subdivision = forms.ChoiceField(required=False, label="State or region")
    holidays = forms.MultipleChoiceField(
        required=False,
        label="Closed on these public holidays",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "%(value)s is not a holiday of this country or region. "
            "Choose “Show its holidays” and tick again."
        },
    )
    own_days = TextField(
        required=False,
        max_length=8_000,
        label="Own days off",
        help_text="One day a line, such as 2026-12-24.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    special_hours = TextField(
        required=False,
        max_length=8_000,
        label="Special hours",
        help_text="One date a line, such as 2026-12-24 08:00–12:00. They replace the hours of that"
        " date, even on a holiday.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = LineField(
        required=False,
        max_length=200,
        label="Why",
        help_text="For your colleagues, such as: closed on Fridays in August.",
    )
    base_number = WholeNumberField(required=False, widget=forms.HiddenInput)
    submission = SubmissionField()

    def __init__(self, *args: Any, today: date, current: CalendarVersion | None, **options: Any):
        self.current = current
        self.year = year = today.year
        options.setdefault("initial", {})
        options["initial"] = _initial(current, year) | options["initial"]
        super().__init__(*args, **options)
        self._add_weekdays()
        if current is not None:
            del self.fields["name"]
        country = self._value("country")
        self._choices("country", [("", "No country"), *countries()])
        self._choices("subdivision", [("", "The whole country"), *subdivisions(country)])
        self.public = _public(country, self._value("subdivision"), year)
        self._choices("holidays", [(row.name, _dated(row, today)) for row in self.public])

    @property
    def weekday_fields(self) -> list[forms.BoundField]:
        """The fields of Monday to Sunday."""
        return [self[code] for code, _ in WEEKDAYS]

    @property
    def began_from(self) -> int:
        """The version from which the editor began; 0 when the form lost it."""
        return self.cleaned_data.get("base_number") or 0

    def clean(self) -> dict[str, Any]:
        """Build the calendar. What it refuses is told at the field where it was typed."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        try:
            self.edit = CalendarEdit(
                self._spec(data), data["country"], data["subdivision"], data["note"]
            )
            self.hours = ServiceCalendar.from_dict(self.edit.spec)
            refuse_empty_week(self.hours)
        except CalendarNeverOpens:
            self.add_error("mon", "No day has any open hours. Write at least one, as 08:00–17:00.")
        except CalendarError as error:
            self.add_error(_form_field(error.field), _words(error))
        except BadInput as error:
            self.add_error("mon", f"{error.message} {error.remedy}")
        return data

    def _spec(self, data: dict[str, Any]) -> dict[str, Any]:
        days = set(read_days(data["own_days"], "holidays")) | _kept(self.current, self.year)
        ticked = set(data["holidays"])
        days |= {day for row in self.public if row.name in ticked for day in row.days}
        return {
            "tz": data["tz"],
            "weekly": {
                code: read_windows(data[code], f"weekly.{code}")
                for code, _ in WEEKDAYS
                if data[code]
            },
            "holidays": [day.isoformat() for day in sorted(days)],
            "special_hours": read_special_hours(data["special_hours"]),
        }

    def _add_weekdays(self) -> None:
        for code, name in WEEKDAYS:
            self.fields[code] = LineField(required=False, max_length=400, label=name)

    def _value(self, name: str) -> str:
        value = self.data.get(name) if self.is_bound else self.initial.get(name)
        return str(value or "")

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


def proposed(form: CalendarForm) -> dict[str, Any]:
    """Return what was typed so far, with every holiday of the chosen country ticked."""
    typed = {name: form.data.get(name, "") for name in form.fields if name in form.data}
    return typed | {"holidays": [row.name for row in form.public]}


def _initial(version: CalendarVersion | None, year: int) -> dict[str, Any]:
    if version is None:
        return {code: "08:00–17:00" for code, _ in WEEKDAYS[:5]}
    spec = version.spec
    days = {date.fromisoformat(day) for day in spec.get("holidays", [])}
    ticked = _ticked(version, days, year)
    named = {day for row in ticked for day in row.days}
    special = spec.get("special_hours", {})
    return {
        "tz": spec["tz"],
        "country": version.country,
        "subdivision": version.subdivision,
        "holidays": [row.name for row in ticked],
        "own_days": write_days(sorted(day for day in days - named if day.year >= year)),
        "special_hours": write_special_hours(special),
        "base_number": version.number,
        **{code: write_windows(spec["weekly"].get(code, [])) for code, _ in WEEKDAYS},
    }


def _ticked(version: CalendarVersion, days: set[date], year: int) -> list[PublicHoliday]:
    """Return the holidays that the version keeps in every year that it knows."""
    public = _public(version.country, version.subdivision, year)
    known_until = max(days, default=date.min).year

    def is_kept(row: PublicHoliday) -> bool:
        known = {day for day in row.days if day.year <= known_until}
        return bool(known) and known <= days

    return [row for row in public if is_kept(row)]


def _public(country: str, subdivision: str, year: int) -> tuple[PublicHoliday, ...]:
    try:
        return holidays_from_library(country, subdivision, years_from(year)) if country else ()
    except BadInput:
        return ()


def _kept(version: CalendarVersion | None, year: int) -> set[date]:
    holidays: Iterable[str] = version.spec.get("holidays", []) if version else ()
    return {day for day in map(date.fromisoformat, holidays) if day.year < year}


def _dated(row: PublicHoliday, today: date) -> str:
    soonest = next((day for day in row.days if day >= today), row.days[-1])
    return f"{row.name} ({soonest.day} {soonest:%b %Y})"


def _form_field(name: str) -> str:
    if name.startswith("weekly."):
        return name[7:10]
    return {"tz": "tz", "special_hours": "special_hours"}.get(name.partition(".")[0], "own_days")


def _words(error: CalendarError) -> str:
    message = f"{error.message[:1].upper()}{error.message[1:]}"
    place = error.field.partition(".")[2].partition("[")[0]
    if error.field.startswith("special_hours.") and place:
        message = f"{place}: {error.message}"
    return f"{message} {error.remedy}".strip()
