"""Backups: the board, those of one system, one of them, and what can be done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.downloads import download, download_stream
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.pages import go, page, page_or_part, part
from calcom_portal.common.timewords import spell_instant
from contracts.access import access_device
from contracts.forms.fields import show_problem
from upkeep.access import access_backup, access_backup_part
from upkeep.actions.hand_out_part import hand_out_part
from upkeep.actions.hold_backup import hold_backup
from upkeep.actions.let_backup_go import let_backup_go
from upkeep.actions.release_backup import release_backup
from upkeep.forms.backups import HoldForm, LetGoForm
from upkeep.models import Backup
from upkeep.presenters.backup_page import device_backups, present_backup
from upkeep.presenters.board import board_page

KEEP_FOR_GOOD = {
    "title": "Keep this backup for good",
    "intro": "The rule of keeping passes it over until it is released.",
    "confirm_label": "Keep it",
}
LET_GO = {
    "title": "Keep it for the work around it no longer",
    "intro": "The rule of keeping lets it go as soon as nothing else asks for it. This cannot be"
    " taken back; to keep it, choose “Keep for good” instead.",
    "confirm_label": "Release it",
}
TAKE, MANAGE = Capability.TAKE_BACKUPS, Capability.MANAGE_BACKUPS


@needs(TAKE)
@require_GET
def backups(request: ViewerRequest) -> HttpResponse:
    """Every system that is backed up."""
    return page(request, "upkeep/backups/board.html", board_page(request))


@needs(TAKE)
@require_GET
def device_backups_page(request: ViewerRequest, id: int) -> HttpResponse:
    """The backups of one system, the newest first."""
    device = access_device(request.viewer, id)
    return page(request, "upkeep/backups/device.html", device_backups(request, device))


@needs(TAKE)
@require_GET
def backup(request: ViewerRequest, id: int) -> HttpResponse:
    """One backup."""
    found = access_backup(request.viewer, id)
    return page(request, "upkeep/backups/backup.html", present_backup(request.viewer, found))


@needs(TAKE)
@require_GET
def backup_live(request: ViewerRequest, id: int) -> HttpResponse:
    """How far a backup is; the whole page once it has ended."""
    context = present_backup(request.viewer, access_backup(request.viewer, id))
    if not context["is_open"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return part(request, "upkeep/backups/_progress.html", context)


@needs(MANAGE)
@require_http_methods(["GET", "POST"])
def backup_hold(request: ViewerRequest, id: int) -> HttpResponse:
    """Keep a backup for good, and say why."""
    found = access_backup(request.viewer, id)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            hold_backup(backup=found, reason=form.cleaned_data["reason"], actor=request.viewer)
            messages.success(request, "It is kept until somebody releases it.")
            return go(request, reverse("backup", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    return _asked_why(request, found, form, KEEP_FOR_GOOD)


@needs(Capability.MANAGE_COMPANY)
@require_http_methods(["GET", "POST"])
def backup_let_go(request: ViewerRequest, id: int) -> HttpResponse:
    """Let the other reasons decide over a backup that is kept for the work around it."""
    found = access_backup(request.viewer, id)
    form = LetGoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            let_backup_go(backup=found, reason=form.cleaned_data["reason"], actor=request.viewer)
            messages.success(request, "It is no longer kept for the work around it.")
            return go(request, reverse("backup", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    return _asked_why(request, found, form, LET_GO)


def _asked_why(
    request: ViewerRequest, found: Backup, form: HoldForm | LetGoForm, words: dict[str, str]
) -> HttpResponse:
    context = {
        **words,
        "intro": f"{_name_of(found)}. {words['intro']}",
        "form": form,
        "action_url": request.path,
        "cancel_url": reverse("backup", args=[found.pk]),
    }
    return page_or_part(
        request,
        "accounts/confirm.html",
        "_shared/_confirm.html",
        context,
        status=422 if form.errors else 200,
    )


def _name_of(found: Backup) -> str:
    """Say which backup it is: the system, and when it was taken."""
    zone = timezone.get_current_timezone()
    at = spell_instant(found.begun_at or found.asked_at, now=timezone.now(), zone=zone)
    return f"{found.device.name}, {found.device.site.name}, {at}"


@needs(MANAGE)
@require_POST
def backup_release(request: ViewerRequest, id: int) -> HttpResponse:
    """Let the rule of keeping decide again."""
    found = access_backup(request.viewer, id)
    release_backup(backup=found, actor=request.viewer)
    messages.success(request, "The rule of keeping decides over it again.")
    return go(request, reverse("backup", args=[found.pk]))


@needs(TAKE)
@require_GET
def backup_manifest(request: ViewerRequest, id: int) -> HttpResponse:
    """The signed manifest."""
    found = access_backup(request.viewer, id)
    if not found.manifest:
        raise Missing(
            "This backup has no manifest.", remedy="Only what was stored has one: take another."
        )
    return download(found.manifest.encode(), name=f"{found.name}.json", media_type="text/plain")


@needs(MANAGE)
@require_GET
def backup_part(request: ViewerRequest, id: int, part_id: int) -> HttpResponse:
    """The encrypted bytes of a part, as they are stored."""
    found = access_backup_part(request.viewer, id, part_id)
    name = f"{found.backup.name}-{found.name}.zst.age"
    data = hand_out_part(part=found, actor=request.viewer)
    size = found.stored_object.stored_bytes
    return download_stream(data, name=name, size=size)  # type: ignore[return-value]
