"""Inviting people, and what becomes of invitations."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_customer, access_invitation, needs
from accounts.actions import invite_person, resend_invitation, withdraw_invitation
from accounts.authority import require_manages
from accounts.capabilities import Capability
from accounts.forms import InviteForm
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from accounts.submissions import Answer, fingerprint_of, once
from calcom_portal.common.errors import Missing, RuleBroken
from calcom_portal.common.field_errors import show_at_field
from calcom_portal.common.pages import go, page


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_COLLEAGUES)
def invite(request: ViewerRequest) -> HttpResponse:
    """Invite somebody to the customer of `?customer=`, or to the viewer's own company."""
    customer = _company(request)
    require_manages(request.viewer, customer.pk if customer else None)
    form = InviteForm(request.POST or None, customer_id=customer.pk if customer else None)
    if request.method == "POST" and form.is_valid():
        try:
            url = _invite_once(request, form, customer)
            messages.success(request, f"The invitation goes to {form.cleaned_data['email']}.")
            return go(request, url)
        except RuleBroken as error:
            show_at_field(form, error)
    context = {"form": form, "customer": customer}
    return page(request, "accounts/invite.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Capability.MANAGE_COLLEAGUES)
def resend(request: ViewerRequest, invitation_id: int) -> HttpResponse:
    """Send a fresh link."""
    invitation = access_invitation(request.viewer, invitation_id)
    resend_invitation(invitation=invitation, actor=request.viewer)
    messages.success(request, f"A fresh invitation goes to {invitation.email}.")
    return go(request, reverse("people"))


@require_POST
@needs(Capability.MANAGE_COLLEAGUES)
def withdraw(request: ViewerRequest, invitation_id: int) -> HttpResponse:
    """Make a link useless."""
    invitation = access_invitation(request.viewer, invitation_id)
    withdraw_invitation(invitation=invitation, actor=request.viewer)
    messages.success(request, f"The invitation of {invitation.email} was withdrawn.")
    return go(request, reverse("people"))


def _company(request: ViewerRequest) -> Customer | None:
    viewer = request.viewer
    if viewer.is_customer:
        return access_customer(viewer, viewer.own_customer_id)
    wanted = request.GET.get("customer", "")
    if not wanted:
        return None
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 18):
        raise Missing("There is no such customer.", remedy="Look for it in the list of customers.")
    return access_customer(viewer, int(wanted))


def _invite_once(request: ViewerRequest, form: InviteForm, customer: Customer | None) -> str:
    data = form.cleaned_data

    def act() -> Answer:
        invite_person(
            email=data["email"],
            name=data["name"],
            role=data["role"],
            customer=customer,
            allowance=form.allowance,
            actor=request.viewer,
        )
        is_staffs = customer is not None and not request.viewer.is_customer
        return Answer.led_to(
            reverse("customer", args=[customer.pk]) if customer and is_staffs else reverse("people")
        )

    key = str(data["submission"])
    return once(request.viewer, "invite", key, fingerprint_of(data), act).url
