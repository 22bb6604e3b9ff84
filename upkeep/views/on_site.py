"""The page of a technician who stands before the system, with or without network."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput, PortalError
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.pages import page
from upkeep.access_inspections import access_inspection
from upkeep.actions.add_inspection_photo import Picture, add_inspection_photo
from upkeep.actions.take_entries import take_entries
from upkeep.inspecting.entries import read_entries, read_id, read_instant
from upkeep.inspecting.on_site import on_site_page, state_of

WORK = Capability.WORK_TICKETS
SCRIPT = "js/inspection-worker.js"


@needs(WORK)
@require_GET
def inspection_on_site(request: ViewerRequest, id: int) -> HttpResponse:
    """The checklist for the phone."""
    found = access_inspection(request.viewer, id)
    context = on_site_page(found, request.viewer)
    return page(request, "upkeep/inspections/on_site.html", context)


@needs(WORK)
@require_POST
def inspection_sync(request: ViewerRequest, id: int) -> HttpResponse:
    """Take what was written on the phone; say what became of each entry, and how all stands."""
    found = access_inspection(request.viewer, id)
    try:
        entries = read_entries(_json(request))
    except BadInput as error:
        return _refusal(error)
    results = take_entries(inspection=found, entries=entries, actor=request.viewer)
    body = {"results": [asdict(one) for one in results], **state_of(found)}
    return JsonResponse(body)


@needs(WORK)
@require_POST
def inspection_photo_add(request: ViewerRequest, id: int) -> HttpResponse:
    """Keep one picture of the phone."""
    found = access_inspection(request.viewer, id)
    try:
        photo = add_inspection_photo(
            inspection=found, picture=_picture(request), actor=request.viewer
        )
    except PortalError as error:
        return _refusal(error)
    return JsonResponse({"client_id": photo.client_id, "photo": photo.pk})


@require_GET
def inspection_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the phone page; its address decides what it may serve."""
    path = finders.find(SCRIPT) or staticfiles_storage.path(SCRIPT)
    with open(str(path), "rb") as script:
        response = HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _json(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        raise BadInput("This is no message of the phone page.", field="entries") from None


def _picture(request: HttpRequest) -> Picture:
    upload = request.FILES.get("file")
    if upload is None:
        raise BadInput("There is no picture.", field="file", remedy="Take it again.")
    raw = request.POST.get("line", "")
    field = forms.IntegerField(required=False, min_value=1, max_value=10**18)
    try:
        line = field.clean(raw)
    except forms.ValidationError:
        raise BadInput("There is no such line.", field="line") from None
    return Picture(
        client_id=read_id(request.POST.get("client_id")),
        file=IncomingFile(upload.name or "", upload.size or 0, lambda: upload.open("rb")),
        taken_at=read_instant(request.POST.get("at"), "at"),
        item_id=line,
    )


def _refusal(error: PortalError) -> HttpResponse:
    words = f"{error.message} {error.remedy}".strip()
    status = 422 if isinstance(error, BadInput) else error.status
    return JsonResponse({"words": words, "field": getattr(error, "field", "")}, status=status)
