"""The page of one ticket: for both sides, live, with writing, printing and files."""

from __future__ import annotations

import uuid
import zoneinfo
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import signed_in
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.submissions import Answer, KeyReused, fingerprint_of, once
from calcom_portal.common.downloads import download_stored
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.files import fingerprints
from calcom_portal.common.pages import go, is_htmx, page, part
from calcom_portal.common.tenancy import database_now
from tickets.access import access_attachment, access_ticket
from tickets.actions import add_note, reply_to_ticket
from tickets.forms.acts import MessageForm
from tickets.models import Ticket
from tickets.presenters.explanation import present_explanation
from tickets.presenters.ticket_page import etag_of, is_news, look_at, present_ticket

REPLY, NOTE = "reply", "note"


@require_GET
@signed_in
def ticket(request: ViewerRequest, ref: str) -> HttpResponse:
    """The whole page."""
    return _page(request, access_ticket(request.viewer, ref), REPLY, MessageForm())


@require_GET
@signed_in
def ticket_live(request: ViewerRequest, ref: str) -> HttpResponse:
    """What may change while somebody looks: nothing is built when nothing has changed."""
    shown = access_ticket(request.viewer, ref)
    etag = etag_of(shown, request.viewer, database_now())
    known = request.headers.get("If-None-Match", "")
    if known == etag:
        return _fresh(HttpResponseNotModified(), etag)
    news = {"is_part": True, "has_news": is_news(etag, known)}
    context = present_ticket(look_at(shown, request.viewer)) | news
    return _fresh(part(request, "tickets/ticket/_live.html", context), etag)


@require_http_methods(["GET", "POST"])
@signed_in
def write(request: ViewerRequest, ref: str, mode: str) -> HttpResponse:
    """A public reply, or an internal note."""
    shown = access_ticket(request.viewer, ref)
    if mode == NOTE:
        request.viewer.require(Capability.WORK_TICKETS)
    if request.method == "GET":
        if is_htmx(request):
            context = _composer(shown, mode, MessageForm()) | {"is_chosen": True}
            return part(request, "tickets/ticket/_composer.html", context)
        return _page(request, shown, mode, MessageForm())
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid() and _say(request, shown, mode, form):
        return go(request, f"{reverse('ticket', args=[shown.reference])}#latest")
    return _page(request, shown, mode, form, status=422)


@require_GET
@signed_in
def ticket_explanation(request: ViewerRequest, ref: str) -> HttpResponse:
    """Why the deadlines are what they are, to print: the same for both sides."""
    shown = access_ticket(request.viewer, ref)
    zone = zoneinfo.ZoneInfo(request.viewer.zone)
    return page(request, "tickets/ticket/why.html", present_explanation(shown, zone))


@require_GET
@signed_in
def attachment(request: ViewerRequest, ref: str, pk: int) -> HttpResponse:
    """The bytes of a file, never shown by the portal itself."""
    file = access_attachment(request.viewer, ref, pk)
    return download_stored(name=file.name, media_type=file.media_type, sha256=file.sha256)


def _say(request: ViewerRequest, shown: Ticket, mode: str, form: MessageForm) -> bool:
    values, act = form.cleaned_data, add_note if mode == NOTE else reply_to_ticket
    files = values["files"]
    url = reverse("ticket", args=[shown.reference])

    def say() -> Answer:
        act(ticket=shown, text=values["text"], files=files, actor=request.viewer)
        return Answer.led_to(url)

    seen = fingerprint_of(shown.reference, values["text"], fingerprints(request.FILES))
    try:
        answer = once(request.viewer, f"ticket-{mode}", str(values["submission"]), seen, say)
    except (KeyReused, RuleBroken, BadInput) as error:
        form.add_error(None, f"{error.message} {error.remedy}".strip())
        return False
    if answer.is_repeated:
        messages.info(request, "This was already sent.")
    return True


def _page(
    request: ViewerRequest, shown: Ticket, mode: str, form: MessageForm, *, status: int = 200
) -> HttpResponse:
    context = present_ticket(look_at(shown, request.viewer)) | _composer(shown, mode, form)
    return page(request, "tickets/ticket/page.html", context, status=status)


def _composer(shown: Ticket, mode: str, form: MessageForm) -> dict[str, Any]:
    return {
        "ticket": shown,
        "mode": mode,
        "form": form,
        "submission": uuid.uuid4()
        if not form.is_bound or form.non_field_errors() or "submission" in form.errors
        else form["submission"].value(),
    }


def _fresh(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    return response
