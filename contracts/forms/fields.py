"""What the forms of contracts share: errors of an action at the right field."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from calcom_portal.common.errors import BadInput


def show_problem(
    form: forms.BaseForm, error: BadInput, names: Mapping[str, str] | None = None
) -> None:
    """Put what an action refused at the field it names; `names` maps the action's to the form's."""
    name = (names or {}).get(error.field, error.field)
    words = f"{error.message} {error.remedy}".strip()
    form.add_error(name if name in form.fields else None, words)
