"""Seeing what one of a customer's people sees."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_person, needs, signed_in
from accounts.actions import end_look, start_look
from accounts.capabilities import Capability
from accounts.looking import LOOK, begin, forget
from accounts.middleware import ViewerRequest
from accounts.models import Look, LookEnd
from calcom_portal.common.pages import go, page_or_part
from calcom_portal.common.parts import Cover


@require_http_methods(["GET", "POST"])
@needs(Capability.VIEW_AS_CUSTOMER)
def start(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Say what a look is, then begin it."""
    found = access_person(request.viewer, person_id)
    if request.method == "POST":
        begin(request, start_look(person=found, actor=request.viewer))
        return go(request, reverse("home"))
    context = {
        "title": f"See what {found.name} sees?",
        "cover": Cover(
            "hold",
            "For 30 minutes, to read only.",
            "Internal notes are hidden, nothing can be changed. "
            "Begin, end and the number of pages stand in the audit trail.",
        ),
        "action_url": reverse("look_start", args=[found.pk]),
        "confirm_label": "See it",
        "cancel_url": reverse("customer", args=[found.customer_id])
        if found.customer_id
        else reverse("customers"),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


@require_POST
@signed_in
def stop(request: ViewerRequest) -> HttpResponse:
    """Stop looking; back to the customer whose person it was."""
    claim = request.session.get(LOOK)
    if claim is None:
        return go(request, reverse("home"))
    forget(request)
    mine = Look.objects.filter(pk=claim["id"], staff_id=request.viewer.membership_id)
    look: Look | None = mine.select_related("person").first()
    if look is None:
        return go(request, reverse("home"))
    end_look(look=look, ended_by=LookEnd.STOPPED, actor=request.viewer)
    return go(request, reverse("customer", args=[look.customer_id]))
