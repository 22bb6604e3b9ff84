"""When somebody leaves, comes back, or gives their work to a colleague."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_person, needs
from accounts.actions import deactivate_person, hand_over_work, reactivate_person
from accounts.capabilities import Capability
from accounts.forms import SuccessorForm
from accounts.handover import held_by
from accounts.middleware import ViewerRequest
from accounts.models import Membership
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.field_errors import show_at_field
from calcom_portal.common.pages import go, page_or_part
from calcom_portal.common.parts import Cover

# More than these are counted, not listed.
SHOWN = 10


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_COLLEAGUES)
def deactivate(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Say what closing the access means and who takes over, then do it."""
    found = access_person(request.viewer, person_id)

    def act(successor_id: int | None) -> str:
        deactivate_person(person=found, successor_id=successor_id, actor=request.viewer)
        return f"The access of {found.name} is closed."

    closing = {
        "title": f"Close the access of {found.name}?",
        "cover": Cover(
            "risk",
            "Takes effect at once, in every browser and for their API keys.",
            "What they wrote stays, under their name. You can let them in again later.",
        ),
        "action_url": reverse("person_deactivate", args=[found.pk]),
        "confirm_label": "Close access",
        "risk": True,
    }
    return _ask(request, found, closing, act)


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_COLLEAGUES)
def hand_over(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Give somebody's open tickets to a colleague."""
    found = access_person(request.viewer, person_id)

    def act(successor_id: int | None) -> str:
        count = hand_over_work(person=found, successor_id=successor_id, actor=request.viewer)
        return f"{count} open ticket{'' if count == 1 else 's'} of {found.name} handed over."

    handing = {
        "title": f"Hand over the open tickets of {found.name}?",
        "cover": Cover("hold", "Their access stays as it is.", "The colleague is told by mail."),
        "action_url": reverse("person_hand_over", args=[found.pk]),
        "confirm_label": "Hand over",
    }
    return _ask(request, found, handing, act)


@require_POST
@needs(Capability.MANAGE_COLLEAGUES)
def reactivate(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Let somebody in again."""
    found = access_person(request.viewer, person_id)
    reactivate_person(person=found, actor=request.viewer)
    return go(request, reverse("person", args=[found.pk]))


def _ask(
    request: ViewerRequest,
    found: Membership,
    question: dict[str, object],
    act: Callable[[int | None], str],
) -> HttpResponse:
    form = SuccessorForm(request.POST if request.method == "POST" else None, person=found)
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data["successor"]))
            return go(request, reverse("person", args=[found.pk]))
        except (BadInput, RuleBroken) as error:
            show_at_field(form, error)
    held = held_by(found, SHOWN + 1)
    context = question | {
        "form": form if held or form.errors else None,
        "held": held[:SHOWN],
        "has_more": len(held) > SHOWN,
        "cancel_url": reverse("person", args=[found.pk]),
    }
    return page_or_part(
        request,
        "accounts/leaving.html",
        "accounts/_leaving.html",
        context,
        status=422 if form.errors else 200,
    )
