"""What people type to change a system's programming, or to record that they did."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django import forms

from calcom_portal.common.fields import LineField, RowField, SubmissionField, TextField
from contracts.models import Device
from upkeep.actions.record_change import LARGEST_FILE, LONGEST_WORDS, FilePair
from upkeep.changes.answers import LONGEST_TEXT, Asked, Form
from upkeep.changes.catalogue import Kind
from upkeep.changing.systems import Changeable

# What can be typed on a phone's keys without doubt: no 0 and O, no 1, I and l.
SIGNS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 16


def new_password() -> str:
    """Return a password for a phone that nobody guesses."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


class ChangeForm(forms.Form):
    """The questions of one kind of change, as the catalogue asks them."""

    submission = SubmissionField()

    def __init__(self, *args: Any, kind: Kind, system: Changeable, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asks = kind.asks
        for asked in kind.asks:
            if asked.form is Form.UNIT and not system.services:
                continue
            self.fields[asked.name] = MAKERS.get(asked.form, _line)(asked, system)

    def given(self) -> dict[str, str]:
        """Return what was answered."""
        return {asked.name: self.cleaned_data.get(asked.name) or "" for asked in self.asks}


def _line(asked: Asked, system: Changeable) -> forms.Field:
    return LineField(
        max_length=300, label=asked.title, help_text=asked.help, required=asked.is_required
    )


def _secret(asked: Asked, system: Changeable) -> forms.Field:
    return LineField(max_length=64, label=asked.title, help_text=asked.help, initial=new_password)


def _text(asked: Asked, system: Changeable) -> forms.Field:
    field = TextField(
        max_length=LONGEST_TEXT,
        label=asked.title,
        help_text=asked.help,
        required=asked.is_required,
        # Blanks in front of a line and the end of the last one belong to the file.
        strip=False,
    )
    field.widget.attrs |= {"rows": 4, "spellcheck": "false", "class": "font-monospace"}
    return field


def _path(asked: Asked, system: Changeable) -> forms.Field:
    places = ", ".join(system.places)
    return LineField(max_length=200, label=asked.title, help_text=f"From the root, in: {places}.")


def _unit(asked: Asked, system: Changeable) -> forms.Field:
    choices = [("", "None"), *((name, name) for name in system.services)]
    return forms.ChoiceField(
        choices=choices, label=asked.title, help_text=asked.help, required=False
    )


MAKERS: dict[Form, Callable[[Asked, Changeable], forms.Field]] = {
    Form.SECRET: _secret,
    Form.TEXT: _text,
    Form.PATH: _path,
    Form.UNIT: _unit,
}


class ByHandForm(forms.Form):
    """What was changed at a system that is not changed from here."""

    device = RowField(queryset=None, label="System", empty_label=None)
    words = LineField(
        max_length=LONGEST_WORDS,
        label="What was changed",
        help_text="In plain words: the customer reads it on the ticket.",
    )
    before = forms.FileField(
        required=False, label="File before", help_text="As the system exported it."
    )
    after = forms.FileField(required=False, label="File after")
    submission = SubmissionField()

    def __init__(self, *args: Any, customer_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Device.objects.filter(customer=customer_id, retired_on=None)
        self.fields["device"].queryset = rows.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for both files, or none."""
        data: dict[str, Any] = super().clean() or {}
        one, other = data.get("before"), data.get("after")
        if bool(one) != bool(other) and not self.errors:
            missing = "after" if one else "before"
            self.add_error(missing, "Choose this one too: only both show what changed.")
        for name in ("before", "after"):
            if data.get(name) and data[name].size > LARGEST_FILE:
                self.add_error(name, f"This is larger than {LARGEST_FILE // 1024} kB.")
        return data

    def pairs(self) -> list[FilePair]:
        """Return the two files, if there are any."""
        before, after = self.cleaned_data.get("before"), self.cleaned_data.get("after")
        if not before or not after:
            return []
        return [FilePair(after.name or "file", before.read(), after.read())]


class AllowForm(forms.Form):
    """Beginning a change; outside business hours with the reason."""

    allowed_reason = LineField(
        max_length=300,
        needed_at_times=True,
        label="Why it has to be now",
        help_text="It is outside business hours. The reason and your name stay with the change.",
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, needs_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not needs_reason:
            del self.fields["allowed_reason"]
