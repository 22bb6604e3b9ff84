"""Changing the catalogue in two steps: see what it does, then save it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse

from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import page
from contracts.catalogue_edit import Changed
from contracts.contract_page import PromiseLine
from contracts.forms.fields import show_problem
from contracts.views.once import done_once

PREVIEW, EDIT = "preview", "edit"
NOTHING_CHANGED = "Nothing is different yet. Change something first."


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: what becomes what, and what it does not touch."""

    title: str
    changes: Sequence[Changed]
    sentences: Sequence[str]
    back: str
    lines: Sequence[PromiseLine] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A form with its page. `act` saves it and returns where that leads.

    Without `preview` there is nothing that a change could touch, and one step does.
    """

    route: str
    form: forms.Form
    template: str
    context: Mapping[str, object]
    act: Callable[[], str]
    preview: Callable[[], Preview] | None = None


def edit_in_two_steps(request: ViewerRequest, edit: Edit) -> HttpResponse:
    """Show the form, then what it would do, then save it."""
    step = request.POST.get("step", PREVIEW)
    if request.method == "GET" or step == EDIT:
        return page(request, edit.template, {"form": edit.form, **edit.context})
    if edit.form.is_valid():
        if step == PREVIEW and edit.preview is not None:
            shown = edit.preview()
            if shown.changes:
                context: dict[str, Any] = {"form": edit.form, "shown": shown}
                return page(request, "contracts/catalogue_preview.html", context)
            edit.form.add_error(None, NOTHING_CHANGED)
        else:
            try:
                return done_once(request, edit.route, edit.form, edit.act)
            except BadInput as error:
                show_problem(edit.form, error)
    return page(request, edit.template, {"form": edit.form, **edit.context}, status=422)
