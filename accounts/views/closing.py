"""A provider's administrators close their portal, or keep it. Both ask for a fresh second step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.actions.close_provider import close_provider, keep_provider
from accounts.capabilities import Capability
from accounts.forms_operator import NameAgainForm
from accounts.middleware import ViewerRequest
from accounts.second_step import needs_fresh_second_step
from calcom_portal.common.pages import go, page_or_part
from calcom_portal.common.parts import Cover


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_COMPANY)
@needs_fresh_second_step
def close(request: ViewerRequest) -> HttpResponse:
    """Say what is lost, and when; then begin the grace."""
    name = request.viewer.provider_name
    form = NameAgainForm(request.POST or None, name=name)
    if request.method == "POST" and form.is_valid():
        close_provider(actor=request.viewer)
        messages.success(request, f"Everything of {name} will be deleted in 30 days.")
        return go(request, reverse("provider_usage"))
    question = {
        "title": f"Delete everything of {name}?",
        "intro": "Take everything out first, on the page “Plan and data”: one archive with every"
        " table and every file.",
        "cover": Cover(
            "risk",
            "In 30 days everything is deleted: customers, tickets, contracts, files, accounts.",
            "Until then it works as before, administrators are reminded by mail, and each of you"
            " can keep it. Customers read of it a week before. Afterwards nothing brings it back.",
        ),
        "form": form,
        "confirm_label": "Delete in 30 days",
        "risk": True,
    }
    return _ask(request, question, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_COMPANY)
@needs_fresh_second_step
def keep(request: ViewerRequest) -> HttpResponse:
    """Call the deletion off."""
    name = request.viewer.provider_name
    if request.method == "POST":
        keep_provider(actor=request.viewer)
        messages.success(request, f"{name} stays.")
        return go(request, reverse("provider_usage"))
    question = {
        "title": f"Keep {name}?",
        "cover": Cover("none", "Nothing is deleted.", "Administrators are told by mail."),
        "confirm_label": "Keep it",
    }
    return _ask(request, question)


def _ask(request: ViewerRequest, question: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = question | {"action_url": request.path, "cancel_url": reverse("provider_usage")}
    pages = ("accounts/confirm.html", "_shared/_confirm.html")
    return page_or_part(request, *pages, context, status=status)
