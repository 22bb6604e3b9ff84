"""People of a company: list, role, limits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import access_person, needs
from accounts.actions import change_role, limit_person
from accounts.allowances import Allowance, sites_in_words
from accounts.authority import may_manage
from accounts.capabilities import Capability, Role
from accounts.company_sites import sites_of
from accounts.forms import LimitForm, RoleForm
from accounts.middleware import ViewerRequest
from accounts.models import Invitation, Membership
from accounts.paging import keyset_page
from accounts.people_list import PeopleFilter
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.field_errors import show_at_field
from calcom_portal.common.pages import go, page


@require_GET
@needs(Capability.MANAGE_COLLEAGUES)
def people(request: ViewerRequest) -> HttpResponse:
    """Show the people whom the viewer manages, and open invitations."""
    wanted = PeopleFilter.of(request.GET, request.viewer)
    listed = keyset_page(request, wanted.people(request.viewer), key="sort_name")
    invitations = Invitation.objects.still_open().select_related("customer")
    context = {"people": listed.rows, "pager": listed.pager} | wanted.context(request.viewer)
    context["invitations"] = [] if wanted.is_narrow else invitations.order_by("-pk")[:100]
    return page(request, "accounts/people.html", context)


@require_GET
@needs(Capability.MANAGE_COLLEAGUES)
def person(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Show one person, and what can be changed about them."""
    found = access_person(request.viewer, person_id)
    return page(request, "accounts/person.html", _context(found, request.viewer))


@require_POST
@needs(Capability.MANAGE_COLLEAGUES)
def role(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Give somebody another role."""
    found = access_person(request.viewer, person_id)
    form = RoleForm(request.POST, person=found)
    if form.is_valid():
        try:
            change_role(person=found, role=form.cleaned_data["role"], actor=request.viewer)
            return go(request, reverse("person", args=[found.pk]))
        except RuleBroken as error:
            show_at_field(form, error)
    context = _context(found, request.viewer) | {"role_form": form}
    return page(request, "accounts/person.html", context, status=422)


@require_POST
@needs(Capability.MANAGE_COLLEAGUES)
def limits(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Say how much of the company somebody sees, and whether they approve changes."""
    found = access_person(request.viewer, person_id)
    form = limit_form(found, request.POST)
    if form.is_valid():
        try:
            limit_person(person=found, allowance=form.allowance, actor=request.viewer)
            messages.success(request, f"{found.name}: what they see and approve is saved.")
            return go(request, reverse("person", args=[found.pk]))
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context = _context(found, request.viewer) | {"limit_form": form}
    return page(request, "accounts/person.html", context, status=422)


def limit_form(found: Membership, data: Any = None) -> LimitForm:
    """Return the form about one of a customer's people, as it stands or as it was sent."""
    return LimitForm(
        data,
        customer_id=found.customer_id or 0,
        is_admin=found.role != Role.CUSTOMER_USER,
        initial=LimitForm.starting_with(Allowance.of(found)),
    )


def _context(found: Membership, viewer: Viewer) -> dict[str, Any]:
    names = dict(sites_of(found.customer_id)) if found.customer_id and found.site_limit else {}
    return {
        "person": found,
        "role_form": RoleForm(person=found),
        "limit_form": limit_form(found) if found.customer_id else None,
        "reach": Allowance.of(found).reach.label,
        "sites": sites_in_words(found, names),
        "manages": may_manage(viewer, found.customer_id),
        "is_self": found.pk == viewer.membership_id,
        "looks": bool(found.customer_id)
        and found.is_active
        and viewer.can(Capability.VIEW_AS_CUSTOMER),
    }
