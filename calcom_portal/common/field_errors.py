"""A refusal of an action is shown in the form that asked for it, at the field it is about."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm

from calcom_portal.common.errors import BadInput, RuleBroken


def show_at_field(form: BaseForm, error: BadInput | RuleBroken) -> None:
    """Put the words of `error` at its field.

    A rule that is about no field of the form is raised again: the page for problems tells it.
    """
    if error.field not in form.fields:
        raise error
    words: Any = f"{error.message} {error.remedy}".strip()
    form.add_error(error.field, words)
