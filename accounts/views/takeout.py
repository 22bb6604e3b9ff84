"""Taking out all data of one customer."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import access_customer, needs
from accounts.actions import take_out_data
from accounts.capabilities import Capability
from accounts.forms_companies import TakeoutForm
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import go, page_or_part
from calcom_portal.common.parts import Cover


@require_http_methods(["GET", "POST"])
@needs(Capability.TAKE_OUT_DATA)
def takeout(request: ViewerRequest, customer_id: int) -> HttpResponse:
    """Say what will be in it, then start the job."""
    found, viewer = access_customer(request.viewer, customer_id), request.viewer
    form = TakeoutForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with_notes = form.cleaned_data["with_notes"]
        job = take_out_data(customer=found, with_notes=with_notes, actor=viewer)
        return go(request, reverse("job", args=[job.pk]))
    context = {
        "title": f"Take out all data of {found.name}?",
        "intro": "One archive: people, sites, systems, contracts, tickets with their conversation "
        "and files, labour and statements, as JSON that other programs can read.",
        "cover": Cover(
            "hold",
            "It is written in the background, and you alone can download it.",
            "It holds personal data: keep it safe, and delete it when you are done. "
            "The download expires; making it stands in the audit trail.",
        ),
        "form": None if viewer.is_customer else form,
        "action_url": reverse("takeout", args=[found.pk]),
        "confirm_label": "Take out",
        "cancel_url": reverse("people")
        if viewer.is_customer
        else reverse("customer", args=[found.pk]),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)
