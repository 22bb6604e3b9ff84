"""Restores: preparing one, its preflight, its confirmation, its steps; and rehearsals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.pages import go, page, part
from contracts.access import access_device
from contracts.forms.fields import show_problem
from contracts.views.once import done_once
from upkeep.access import access_backup, access_restore
from upkeep.actions.cancel_restore import cancel_restore
from upkeep.actions.confirm_restore import confirm_restore, second_for
from upkeep.actions.prepare_restore import prepare_restore
from upkeep.actions.recheck_restore import recheck_restore
from upkeep.actions.resume_restore import resume_restore
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.forms.restores import ConfirmForm, RestoreForm
from upkeep.models import Restore
from upkeep.presenters.restore_page import restores_page, view_of

RESTORE = Capability.RESTORE_SYSTEMS
# Which field of the form shows what the action refuses.
NAMES = {"begins_at": "starts_on", "ends_by": "minutes"}


@needs(RESTORE)
@require_GET
def restores(request: ViewerRequest) -> HttpResponse:
    """List restores and rehearsals, the newest first."""
    return page(request, "upkeep/restores/list.html", restores_page(request))


@needs(RESTORE)
@require_http_methods(["GET", "POST"])
def backup_restore(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what of a backup is given back, why and when."""
    backup = access_backup(request.viewer, id)
    parts = list(backup.parts.select_related("stored_object").order_by("name"))
    data = request.POST if request.method == "POST" else None
    initial = {"ticket": request.GET.get("ticket", "")[:20]}
    form = RestoreForm(data, backup=backup, parts=parts, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "backup_restore", form, lambda: _prepare(request, form))
        except BadInput as error:
            show_problem(form, error, NAMES)
        except Missing as error:
            form.add_error("ticket", f"{error.message} {error.remedy}")
    context = {"form": form, "backup": backup, "parts": parts}
    return page(request, "upkeep/restores/new.html", context, status=422 if form.errors else 200)


@needs(RESTORE)
@require_GET
def restore(request: ViewerRequest, id: int) -> HttpResponse:
    """One restore: what was found, what has to be confirmed, and every step."""
    return _show(request, access_restore(request.viewer, id))


@needs(RESTORE)
@require_GET
def restore_live(request: ViewerRequest, id: int) -> HttpResponse:
    """How far it is; the whole page once there is something to do, or it has ended."""
    view = view_of(request.viewer, access_restore(request.viewer, id))
    if not view.is_live:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return part(request, "upkeep/restores/_live.html", {"view": view})


@needs(RESTORE)
@require_POST
def restore_confirm(request: ViewerRequest, id: int) -> HttpResponse:
    """Let it begin."""
    found = access_restore(request.viewer, id)
    form = _confirm_form(request, found, request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        return done_once(request, "restore_confirm", form, lambda: _confirm(request, found, form))
    except BadInput as error:
        show_problem(form, error)
        return _show(request, found, form, status=422)


@needs(RESTORE)
@require_POST
def restore_recheck(request: ViewerRequest, id: int) -> HttpResponse:
    """Look at the system again."""
    recheck_restore(restore=access_restore(request.viewer, id), actor=request.viewer)
    return go(request, reverse("restore", args=[id]))


@needs(RESTORE)
@require_POST
def restore_cancel(request: ViewerRequest, id: int) -> HttpResponse:
    """Let nothing come of it."""
    cancel_restore(restore=access_restore(request.viewer, id), actor=request.viewer)
    messages.success(request, "The restore is cancelled. Nothing was changed.")
    return go(request, reverse("restore", args=[id]))


@needs(RESTORE)
@require_POST
def restore_resume(request: ViewerRequest, id: int) -> HttpResponse:
    """Try the way back again."""
    resume_restore(restore=access_restore(request.viewer, id), actor=request.viewer)
    return go(request, reverse("restore", args=[id]))


@needs(RESTORE)
@require_POST
def device_rehearse(request: ViewerRequest, id: int) -> HttpResponse:
    """Rehearse the newest backup of a system now."""
    device = access_device(request.viewer, id)
    made = start_rehearsal(device=device, actor=request.viewer)
    return go(request, reverse("restore", args=[made.pk]))


def _prepare(request: ViewerRequest, form: RestoreForm) -> str:
    made = prepare_restore(wish=form.wish(request.viewer), actor=request.viewer)
    return reverse("restore", args=[made.pk])


def _confirm(request: ViewerRequest, found: Restore, form: ConfirmForm) -> str:
    confirm_restore(
        restore=found,
        typed_name=form.cleaned_data["typed_name"],
        accepted=form.accepted,
        alone_reason=form.cleaned_data.get("alone_reason", ""),
        nothing_left=form.cleaned_data.get("nothing_left", ""),
        actor=request.viewer,
    )
    return reverse("restore", args=[found.pk])


def _confirm_form(request: ViewerRequest, found: Restore, data: Any = None) -> ConfirmForm:
    second = second_for(found, request.viewer)
    return ConfirmForm(data, restore=found, is_alone=second.is_alone)


def _show(
    request: ViewerRequest, found: Restore, form: ConfirmForm | None = None, status: int = 200
) -> HttpResponse:
    view = view_of(request.viewer, found)
    context = {"view": view, "form": form or _confirm_form(request, found)}
    return page(request, "upkeep/restores/restore.html", context, status=status)
