"""Who comes through the door of a view, and from an id to a person or a customer, or 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.capabilities import Capability
from accounts.models import ApiKey, Customer, Invitation, Job, Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from calcom_portal.common.pages import is_htmx

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Let only people through who are signed in and have a seat; show others where to get one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "viewer", None) is None:
            return _to_the_door(request)
        return view(request, *args, **kwargs)

    return guarded


def needs(capability: Capability) -> Callable[[View], View]:
    """Let only signed-in people through who may do this. Others get 403 in words."""

    def decorate(view: View) -> View:
        @signed_in
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            viewer: Viewer = request.viewer  # type: ignore[attr-defined]
            viewer.require(capability)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def access_customer(viewer: Viewer, customer_id: int) -> Customer:
    """Return a customer that the viewer may see. Raises Missing."""
    rows = Customer.objects.filter(pk=customer_id)
    if viewer.is_customer:
        rows = rows.filter(pk=viewer.own_customer_id)
    customer: Customer | None = rows.first()
    if customer is None:
        raise Missing("There is no such customer.", remedy="Look for it in the list of customers.")
    return customer


def access_person(viewer: Viewer, membership_id: int) -> Membership:
    """Return a person of the tenant. Customers reach their own colleagues only. Raises Missing."""
    rows = Membership.objects.select_related("customer").filter(pk=membership_id)
    if viewer.is_customer:
        rows = rows.filter(customer_id=viewer.own_customer_id)
    person: Membership | None = rows.first()
    if person is None:
        raise Missing("There is no such person.", remedy="Look for them in the list of people.")
    return person


def access_invitation(viewer: Viewer, invitation_id: int) -> Invitation:
    """Return an invitation that is still open, of the viewer's own company for customers."""
    rows = Invitation.objects.filter(
        pk=invitation_id, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    if viewer.is_customer:
        rows = rows.filter(customer_id=viewer.own_customer_id)
    invitation: Invitation | None = rows.first()
    if invitation is None:
        raise Missing(
            "There is no such open invitation.", remedy="Look at the list of people again."
        )
    return invitation


def access_api_key(viewer: Viewer, key_id: int) -> ApiKey:
    """Return an API key of the provider. Raises Missing."""
    viewer.require(Capability.MANAGE_API_KEYS)
    key: ApiKey | None = ApiKey.objects.select_related("membership").filter(pk=key_id).first()
    if key is None:
        raise Missing("There is no such API key.", remedy="Look for it in the list of keys.")
    return key


def access_job(viewer: Viewer, job_id: int) -> Job:
    """Return long work of the viewer's own; administrators see what their company runs.

    Raises Missing.
    """
    rows = Job.objects.select_related("membership").filter(pk=job_id)
    if viewer.is_customer or not viewer.can(Capability.MANAGE_CUSTOMERS):
        rows = rows.of_person(viewer.membership_id)
    job: Job | None = rows.first()
    if job is None:
        raise Missing("There is no such work.", remedy="Look for it in your list of long work.")
    return job


def _to_the_door(request: HttpRequest) -> HttpResponse:
    door = reverse("seat" if request.user.is_authenticated else "account_login")
    back = _where_to_return(request)
    url = f"{door}?{urlencode({'next': back})}" if back else door
    if is_htmx(request):
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _where_to_return(request: HttpRequest) -> str:
    if is_htmx(request):
        return getattr(request, "htmx").current_url_abs_path or ""  # noqa: B009 - set by django-htmx
    return request.get_full_path() if request.method == "GET" else ""
