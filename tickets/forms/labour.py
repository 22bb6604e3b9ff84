"""What is asked about labour: the work itself, and corrections, questions, answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from calcom_portal.common.fields import (
    DayField,
    LineField,
    TextField,
    WholeNumberField,
    needed_at_times,
)
from calcom_portal.common.layouts import GRID, laid_out, row
from contracts.coverage import Work
from contracts.models import Device
from tickets.forms.acts import NOT_OFFERED, OnceForm
from tickets.forms.choices import offer
from tickets.forms.moments import WantedTimeField
from tickets.labour import LabourFacts
from tickets.models import Cause, LabourEntry
from tickets.models.labour import LOGGED_WORKS

FOREIGN = "foreign"
DAY_MINUTES = 24 * 60
TIMES = row("day", "start", "end", "minutes", kind=GRID)
LAYOUT = ("submission", "work", "device", TIMES, "trip", "note")
CHOICE = {"invalid_choice": NOT_OFFERED, "required": NOT_OFFERED}


class LabourForm(OnceForm):
    """Which work, on what, from when to when. The end, or how many minutes: one of them."""

    work = forms.ChoiceField(label="Kind of work", choices=LOGGED_WORKS, error_messages=CHOICE)
    device = forms.ChoiceField(label="Device", required=False, error_messages=CHOICE)
    day = DayField(
        label="Day",
        error_messages={
            "required": "Choose the day.",
            "invalid": "Choose a day, such as 2026-06-16.",
        },
    )
    start = WantedTimeField(
        label="From",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={
            "required": "Choose when it began.",
            "invalid": "Choose a time, such as 09:00.",
        },
    )
    end = needed_at_times(
        WantedTimeField(
            label="Until",
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            input_formats=["%H:%M", "%H:%M:%S"],
            error_messages={"invalid": "Choose a time, such as 10:00."},
        )
    )
    minutes = needed_at_times(WholeNumberField(label="Or minutes", minimum=1, maximum=DAY_MINUTES))
    trip = forms.BooleanField(label="A trip to the site was made for it", required=False)
    note = LineField(
        label="What was done",
        max_length=500,
        required=False,
        help_text="The customer reads this.",
    )
    overlap_ok = forms.BooleanField(
        label="Both are right: log it all the same", required=False, widget=forms.HiddenInput
    )

    helper = laid_out(*LAYOUT, "overlap_ok")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        devices = Device.objects.filter(customer_id=self.ticket.customer_id)
        named = devices.order_by("site__name", "name").values_list("pk", "name", "site__name")
        choices = [(str(pk), f"{name} · {site}") for pk, name, site in named]
        other = [("", "Nothing in particular"), (FOREIGN, "Equipment that is on no list")]
        offer(self, "device", [*other, *choices])

    def ask_about_overlap(self) -> None:
        """Show the box with which overlapping work is confirmed."""
        self.fields["overlap_ok"].widget = forms.CheckboxInput()

    def clean(self) -> dict[str, Any]:
        """Ask for the end or the minutes, and find out the instants."""
        values = super().clean() or {}
        if {"day", "start", "end", "minutes"} & set(self.errors):
            return values
        if values.get("end") is None and values.get("minutes") is None:
            self.add_error("end", "Say when it ended, or how many minutes it took.")
            return values
        start = self._instant("start", values["day"], values["start"])
        end = self._end(start, values) if start else None
        values |= {"started_at": start, "ended_at": end}
        return values

    @property
    def facts(self) -> LabourFacts:
        """Return what the valid form says."""
        values = self.cleaned_data
        chosen = values["device"]
        return LabourFacts(
            work=Work(values["work"]),
            started_at=values["started_at"],
            ended_at=values["ended_at"],
            device_id=int(chosen) if chosen.isdigit() else None,
            is_foreign=chosen == FOREIGN,
            note=values["note"],
            trip=values["trip"],
        )

    def _end(self, start: datetime, values: dict[str, Any]) -> datetime | None:
        end = start + timedelta(minutes=values["minutes"] or 0)
        if values.get("end") is None:
            return end
        until = self._instant("end", values["day"], values["end"])
        if until and values["minutes"] and until != end:
            self.add_error("minutes", "This is not what lies between the two times: leave one out.")
        elif until and until <= start:
            self.add_error("end", "Choose a later end. For work past midnight give the minutes.")
        return until

    def _instant(self, field: str, day: date, at: time) -> datetime | None:
        wall = datetime.combine(day, at, timezone.get_current_timezone())
        moment = wall.astimezone(UTC)
        if timezone.localtime(moment).replace(tzinfo=None) != wall.replace(tzinfo=None):
            self.add_error(field, "The clocks go forward that night and skip this time.")
            return None
        return moment


def initial_of(facts: LabourFacts) -> dict[str, Any]:
    """Return what a form shows of work that is known."""
    start, end = timezone.localtime(facts.started_at), timezone.localtime(facts.ended_at)
    is_one_day = start.date() == end.date()
    return {
        "work": facts.work.value,
        "device": FOREIGN if facts.is_foreign else str(facts.device_id or ""),
        "day": start.date(),
        "start": start.time(),
        "end": end.time() if is_one_day else None,
        "minutes": None if is_one_day else facts.minutes,
        "trip": facts.trip,
        "note": facts.note,
    }


class EntryForm(OnceForm):
    """A form about one entry of labour."""

    def __init__(self, *arguments: Any, entry: LabourEntry, **options: Any) -> None:
        super().__init__(*arguments, ticket=entry.ticket, **options)
        self.entry = entry


class CorrectForm(LabourForm):
    """The work as it really was, and what was wrong."""

    reason = LineField(
        label="What was wrong",
        max_length=240,
        help_text="The customer reads this.",
        error_messages={"required": "Say what was wrong; the customer reads it."},
    )

    helper = laid_out(*LAYOUT, "reason", "overlap_ok")

    def __init__(self, *arguments: Any, entry: LabourEntry, **options: Any) -> None:
        super().__init__(*arguments, ticket=entry.ticket, **options)
        self.entry = entry


class StrikeForm(EntryForm):
    """Why it does not count."""

    reason = LineField(
        label="Why it does not count",
        max_length=240,
        help_text="The customer reads this.",
        error_messages={"required": "Say why; the customer reads it."},
    )


class OverrideForm(EntryForm):
    """As what it is waived, and why."""

    cause = forms.ChoiceField(
        label="It is not charged",
        choices=[
            (Cause.GOODWILL.value, "As goodwill"),
            (Cause.DISPUTE.value, "To settle a question"),
        ],
        error_messages=CHOICE,
    )
    reason = LineField(
        label="Why",
        max_length=240,
        help_text="The customer reads this, and it stays beside the former verdict.",
        error_messages={"required": "Say why; the customer reads it."},
    )


class QuestionForm(EntryForm):
    """What is unclear."""

    text = TextField(
        label="What is unclear?",
        max_length=1000,
        error_messages={"required": "Write what is unclear."},
    )


class AnswerForm(EntryForm):
    """The answer."""

    text = TextField(
        label="Your answer",
        max_length=1000,
        help_text="The customer reads this. The verdict stays as it is.",
        error_messages={"required": "Write an answer."},
    )
