"""The checklist of inspections: its lines, their order, and what each asks."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from contracts.forms.fields import show_problem
from contracts.views.once import done_once
from upkeep.access_inspections import access_checklist_line
from upkeep.actions.add_checklist_line import add_checklist_line
from upkeep.actions.edit_checklist_line import edit_checklist_line
from upkeep.actions.move_checklist_line import move_checklist_line
from upkeep.actions.retire_checklist_line import retire_checklist_line
from upkeep.forms.checklist import LineForm
from upkeep.inspecting.checklists import general_checklist, lines_for
from upkeep.models import ChecklistLine

PLAN = Capability.MANAGE_INSPECTIONS


@needs(PLAN)
@require_GET
def checklist(request: ViewerRequest) -> HttpResponse:
    """List the lines in their order."""
    lines = lines_for(request.viewer.provider_id or 0, "")
    return page(request, "upkeep/inspections/checklist.html", {"lines": lines})


@needs(PLAN)
@require_http_methods(["GET", "POST"])
def checklist_line_new(request: ViewerRequest) -> HttpResponse:
    """Add a line."""
    form = LineForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        found = general_checklist(request.viewer.provider_id or 0)
        add_checklist_line(checklist=found, facts=form.facts(), actor=request.viewer)

    return _form(request, form, "checklist_line_new", act, None)


@needs(PLAN)
@require_http_methods(["GET", "POST"])
def checklist_line_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Change a line."""
    line = access_checklist_line(request.viewer, id)
    form = LineForm(request.POST if request.method == "POST" else None, line=line)

    def act() -> None:
        edit_checklist_line(line=line, facts=form.facts(), actor=request.viewer)

    return _form(request, form, "checklist_line_edit", act, line)


@needs(PLAN)
@require_POST
def checklist_line_move(request: ViewerRequest, id: int, word: str) -> HttpResponse:
    """Move a line by one place."""
    line = access_checklist_line(request.viewer, id)
    move_checklist_line(line=line, is_later=word == "later", actor=request.viewer)
    return go(request, reverse("checklist"))


@needs(PLAN)
@require_POST
def checklist_line_retire(request: ViewerRequest, id: int) -> HttpResponse:
    """Take a line off."""
    line = access_checklist_line(request.viewer, id)
    retire_checklist_line(line=line, actor=request.viewer)
    messages.success(request, f"{line.title} is asked no more. Inspections under way keep it.")
    return go(request, reverse("checklist"))


def _form(
    request: ViewerRequest,
    form: LineForm,
    name: str,
    act: Callable[[], None],
    line: ChecklistLine | None,
) -> HttpResponse:
    def acted() -> str:
        act()
        messages.success(request, f"{form.cleaned_data['title']} is on the checklist.")
        return reverse("checklist")

    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, name, form, acted)
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    context = {"form": form, "line": line}
    return page(request, "upkeep/inspections/checklist_line.html", context, status=status)
