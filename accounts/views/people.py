"""People of a company: list, role, access."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import access_person, needs
from accounts.actions import change_role, deactivate_person, reactivate_person
from accounts.authority import may_manage
from accounts.capabilities import Capability
from accounts.forms import RoleForm
from accounts.middleware import ViewerRequest
from accounts.models import Invitation, Membership
from accounts.paging import keyset_page
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover


@require_GET
@needs(Capability.MANAGE_COLLEAGUES)
def people(request: ViewerRequest) -> HttpResponse:
    """Show the people whom the viewer manages, and open invitations."""
    search = request.GET.get("q", "")[:200]
    viewer = request.viewer
    rows = Membership.objects.select_related("customer").named_like(search).by_name()
    invitations = Invitation.objects.still_open().select_related("customer")
    if viewer.is_customer:
        rows = rows.filter(customer_id=viewer.own_customer_id)
    listed = keyset_page(request, rows, key="sort_name")
    context = {"people": listed.rows, "pager": listed.pager, "q": search}
    context["invitations"] = invitations.order_by("-pk")[:100]
    return page(request, "accounts/people.html", context)


@require_GET
@needs(Capability.MANAGE_COLLEAGUES)
def person(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Show one person, and what can be changed about them."""
    found = access_person(request.viewer, person_id)
    manages = may_manage(request.viewer, found.customer_id)
    form = RoleForm(person=found)
    context = {"person": found, "role_form": form, "manages": manages}
    context["is_self"] = found.pk == request.viewer.membership_id
    return page(request, "accounts/person.html", context)


@require_POST
@needs(Capability.MANAGE_COLLEAGUES)
def role(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Give somebody another role."""
    found = access_person(request.viewer, person_id)
    form = RoleForm(request.POST, person=found)
    if not form.is_valid():
        context = {"person": found, "role_form": form, "manages": True}
        return page(request, "accounts/person.html", context, status=422)
    change_role(person=found, role=form.cleaned_data["role"], actor=request.viewer)
    return go(request, reverse("person", args=[found.pk]))


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_COLLEAGUES)
def deactivate(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Say what closing the access means, then do it."""
    found = access_person(request.viewer, person_id)
    if request.method == "POST":
        deactivate_person(person=found, actor=request.viewer)
        return go(request, reverse("person", args=[found.pk]))
    return _confirm(request, _closing(found))


@require_POST
@needs(Capability.MANAGE_COLLEAGUES)
def reactivate(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Let somebody in again."""
    found = access_person(request.viewer, person_id)
    reactivate_person(person=found, actor=request.viewer)
    return go(request, reverse("person", args=[found.pk]))


def _closing(found: Membership) -> dict[str, object]:
    return {
        "title": f"Close the access of {found.name}?",
        "cover": Cover(
            "risk",
            "Takes effect at once, in every browser and for their API keys.",
            "What they wrote stays. You can let them in again later.",
        ),
        "action_url": reverse("person_deactivate", args=[found.pk]),
        "confirm_label": "Close access",
        "risk": True,
        "cancel_url": reverse("person", args=[found.pk]),
    }


def _confirm(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)
