"""Reporting a problem, or asking for something else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from calcom_portal.common.errors import BadInput
from calcom_portal.common.fields import LineField, SubmissionField, TextField
from contracts.sla import Priority, ServiceCalendar
from tickets.forms.choices import offer
from tickets.forms.files import FilesField
from tickets.forms.moments import WantedDayField, WantedTimeField
from tickets.models import Kind
from tickets.places import Place, PlaceChoices
from tickets.triage import (
    HANDSET_LABELS,
    HOW_MANY_LABELS,
    REACHABLE_LABELS,
    REQUEST_REASON,
    Answers,
    Handset,
    triage,
)
from tickets.wishes import WITH_TIME, refuse_odd_wish

ANYTHING = "other"
ANSWER = "Choose one of the answers."
SUBJECT_LIMIT, TEXT_LIMIT = 200, 20_000


def _radio(labels: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "choices": [(key.value, label) for key, label in labels.items()],
        "widget": forms.RadioSelect,
        "required": False,
        "error_messages": {"invalid_choice": ANSWER},
    }


class ReportForm(forms.Form):
    """What has the problem, four plain questions, and how to reach the person."""

    device = forms.ChoiceField(
        label="What has the problem?",
        required=False,
        error_messages={"invalid_choice": "Choose one of your devices, or “Something else”."},
    )
    site = forms.ChoiceField(
        label="Where?",
        required=False,
        error_messages={"invalid_choice": "Choose one of your sites."},
    )
    handset = forms.ChoiceField(
        label="What happens when you lift the handset?", **_radio(HANDSET_LABELS)
    )
    how_many = forms.ChoiceField(label="How many phones?", **_radio(HOW_MANY_LABELS))
    reachable = forms.ChoiceField(label="Can callers reach you at all?", **_radio(REACHABLE_LABELS))
    subject = LineField(
        label="In one line",
        max_length=SUBJECT_LIMIT,
        error_messages={"required": "Say in one line what you need."},
    )
    words = TextField(label="Anything we should know?", max_length=TEXT_LIMIT, required=False)
    reach = LineField(label="How do we reach you?", max_length=120, required=False)
    wanted_day = WantedDayField(
        label="Wanted on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Choose a day, such as 2026-06-16."},
    )
    wanted_from = WantedTimeField(
        label="From",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": "Choose a time, such as 09:00."},
    )
    wanted_to = WantedTimeField(
        label="Until",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": "Choose a time, such as 10:00."},
    )
    reporter = forms.ChoiceField(
        label="Who reported it?",
        required=False,
        error_messages={"invalid_choice": "Choose one of the people of this customer."},
    )
    # The metaclass takes fields away: `files` of a form stays what was sent.
    files = FilesField(label="Photos or files")  # type: ignore[assignment]
    submission = SubmissionField()

    def __init__(
        self,
        *arguments: Any,
        kind: Kind,
        choices: PlaceChoices,
        reporters: list[tuple[str, str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.kind, self.places = kind, choices
        if kind is Kind.PROBLEM:
            self.fields["reach"].help_text = "A mobile number, if your phones do not work."
        offer(self, "device", [("", ""), (ANYTHING, ""), *choices.device_choices])
        offer(self, "site", [("", ""), *choices.site_choices])
        if reporters is None:
            del self.fields["reporter"]
        else:
            offer(self, "reporter", reporters)
            self.fields["reach"].label = "How do we reach them?"
        for name in self._unused():
            del self.fields[name]
        if "subject" in self.fields:
            self.fields["subject"].required = True

    def _unused(self) -> list[str]:
        if self.kind is Kind.PROBLEM:
            return ["subject", "wanted_day", "wanted_from", "wanted_to"]
        asked = ["handset", "how_many", "reachable"]
        return (
            asked if self.kind in WITH_TIME else [*asked, "wanted_day", "wanted_from", "wanted_to"]
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the one thing that cannot be left out."""
        values = super().clean() or {}
        if self.kind is Kind.PROBLEM:
            self._clean_problem(values)
        else:
            self._clean_request(values)
        return values

    def _clean_problem(self, values: dict[str, Any]) -> None:
        if "handset" in self.errors or "words" in self.errors:
            return
        handset, words = values.get("handset"), values.get("words")
        if not handset and not words:
            self.add_error("handset", "Choose what happens, or describe it in question 4.")
        elif handset == Handset.NOT_A_PHONE and not words:
            self.add_error("words", "Tell us in a few words what is wrong.")

    def _clean_request(self, values: dict[str, Any]) -> None:
        parts = [values.get(name) for name in ("wanted_day", "wanted_from", "wanted_to")]
        if (
            any(parts)
            and not all(parts)
            and not {"wanted_day", "wanted_from", "wanted_to"} & set(self.errors)
        ):
            self.add_error("wanted_day", "Give day, start and end together, or none of them.")

    def wanted_window(
        self, calendar: ServiceCalendar, now: datetime
    ) -> tuple[datetime | None, datetime | None]:
        """Return the wanted time by the contract's wall clock; add an error if it cannot be."""
        values = self.cleaned_data
        if (
            not values.get("wanted_day")
            or not values.get("wanted_from")
            or not values.get("wanted_to")
        ):
            return None, None
        start = datetime.combine(values["wanted_day"], values["wanted_from"], calendar.zone)
        end = datetime.combine(values["wanted_day"], values["wanted_to"], calendar.zone)
        try:
            refuse_odd_wish(self.kind, start, end, calendar, now)
        except BadInput as error:
            field = "wanted_day" if error.field == "wanted_from" else error.field
            self.add_error(field, f"{error.message} {error.remedy}")
        return start, end

    def renew_key(self) -> None:
        """Give a form that has to be sent again a key that is fit for it."""
        if not self.is_bound or not ("submission" in self.errors or self.non_field_errors()):
            return
        self.data = {**self.data, "submission": str(uuid.uuid4())}
        if "submission" in self.errors and not self.non_field_errors():
            self.add_error(
                None, "This page was too old. Send it again: all you wrote is still here."
            )

    @property
    def answers(self) -> Answers:
        """Return the answers to the first three questions, as far as they were given."""
        names = ("handset", "how_many", "reachable")
        return Answers.from_dict({name: self.cleaned_data.get(name) or "" for name in names})

    @property
    def priority(self) -> tuple[Priority, str]:
        """Return the priority that the agreement gives, and why."""
        if self.kind is not Kind.PROBLEM:
            return Priority.MINOR, REQUEST_REASON
        decided = triage(self.answers)
        return decided.priority, decided.reason

    @property
    def place(self) -> Place:
        """Return what was chosen: a device with its site, a site, or neither."""
        return self.places.chosen(
            self.cleaned_data.get("device") or "", self.cleaned_data.get("site") or ""
        )

    @property
    def title(self) -> str:
        """Return the subject: as written, else from the answers, else from the first words."""
        values = self.cleaned_data
        if values.get("subject"):
            return str(values["subject"])
        handset, words = values.get("handset"), str(values.get("words") or "")
        if handset and handset != Handset.NOT_A_PHONE:
            what = TITLES[Handset(handset)]
            return f"{what}: {self.place.name}" if self.place.name else what
        first = words.strip().splitlines()[0] if words.strip() else "A problem"
        return first if len(first) <= 100 else f"{first[:99].rstrip()}…"

    @property
    def text(self) -> str:
        """Return the message: as written, else what was answered."""
        if self.cleaned_data.get("words"):
            return str(self.cleaned_data["words"])
        if self.kind is not Kind.PROBLEM:
            return self.title
        return "\n".join(f"- {question}: {answer}" for question, answer in answered(self.answers))


TITLES = {
    Handset.DEAD: "No dial tone or a dead phone",
    Handset.CALLS_FAIL: "Calls fail or drop",
    Handset.BAD_SOUND: "Static, echo or faint voices",
}


def answered(answers: Answers) -> list[tuple[str, str]]:
    """Return questions and answers in words."""
    pairs = []
    if answers.handset:
        pairs.append(("When lifting the handset", HANDSET_LABELS[answers.handset]))
    if answers.how_many:
        pairs.append(("Phones affected", HOW_MANY_LABELS[answers.how_many]))
    if answers.reachable:
        pairs.append(("Callers get through", REACHABLE_LABELS[answers.reachable]))
    return pairs
