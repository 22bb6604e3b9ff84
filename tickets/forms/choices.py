"""Choices that are known only when a form is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django import forms


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """Let the reader choose from `choices` in one field of the form."""
    field = cast(forms.ChoiceField, form.fields[name])
    field.choices = choices
