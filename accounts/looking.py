"""A request that is part of a look: who looks, as whom, and what is refused meanwhile.

A look is checked with each request, in the provider's scope. Then the page is made in the scope of
the person who is looked at: with the customer's database role, their limit, and read-only in
PostgreSQL too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.urls import reverse

from accounts.actions.end_look import end_look
from accounts.capabilities import Capability
from accounts.identity import viewer_of, viewer_scope
from accounts.models import Look, LookEnd
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed
from calcom_portal.common.tenancy import database_now, provider_scope

LOOK = "look"
READING = ("GET", "HEAD", "OPTIONS")


class OnlyLooking(NotAllowed):
    """Something would have been changed during a look."""

    code = "only-looking"
    title = "You are only looking"

    def __init__(self) -> None:
        super().__init__(
            "While you see what somebody else sees, nothing can be changed. Nothing was sent.",
            remedy="Stop looking first, then do it as yourself.",
        )


@dataclass(frozen=True, slots=True)
class Looking:
    """A look in force: the eyes that are borrowed, and until when."""

    person: Viewer
    staff: Viewer
    ends_at: datetime


def begin(request: HttpRequest, look: Look) -> None:
    """Remember the look in the session. Forms that are open elsewhere grow old."""
    request.session[LOOK] = {"id": look.pk, "staff": look.staff_id, "provider": look.provider_id}
    rotate_token(request)


def forget(request: HttpRequest) -> None:
    """See as oneself again. A form that is still open from the look must not act as oneself."""
    request.session.pop(LOOK, None)
    rotate_token(request)


def is_looking(request: HttpRequest) -> bool:
    """Does the session say that somebody looks?"""
    return LOOK in request.session


def looking(request: HttpRequest, user_id: int) -> Looking | None:
    """Return the look in force and count the page; None when it is over, which is written down.

    Raises OnlyLooking for a form that comes when the look is just over. Outside any scope.
    """
    claim = request.session[LOOK]
    with provider_scope(provider_id=claim["provider"]):
        rows = Look.objects.select_related(
            *("staff__provider", "person__provider", "person__customer")
        ).select_for_update(no_key=True, of=("self",))
        look = rows.filter(pk=claim["id"], staff_id=claim["staff"], staff__user_id=user_id).first()
        over = _why_over(look)
        if look is not None and over is None:
            return _counted(request, look)
        if look is not None and over is not None:
            end_look(look=look, ended_by=over, actor=viewer_of(look.staff))
    forget(request)
    messages.info(request, "The look is over: you see the portal as yourself again.")
    if request.method not in READING:
        raise OnlyLooking
    return None


@contextmanager
def borrowed_eyes(look: Looking) -> Iterator[None]:
    """See what the person sees, and change nothing: PostgreSQL refuses every write."""
    with viewer_scope(look.person):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def may_pass(request: HttpRequest) -> bool:
    """May this be sent during a look? Reading may, and so may stopping and signing out."""
    ways_out = (reverse("look_stop"), reverse("account_logout"))
    return request.method in READING or request.path in ways_out


def is_way_out(request: HttpRequest) -> bool:
    """Is this the form that stops the look?"""
    return request.path == reverse("look_stop")


def _counted(request: HttpRequest, look: Look) -> Looking:
    if request.method == "GET" and not request.headers.get("HX-Request"):
        look.pages += 1
        look.save(update_fields=["pages"])
    person = replace(viewer_of(look.person), via=f"look of {look.staff.name}")
    return Looking(person, viewer_of(look.staff), look.ends_at)


def _why_over(look: Look | None) -> LookEnd | None:
    if look is None or look.ended_at is not None:
        return LookEnd.STOPPED
    if database_now() >= look.ends_at:
        return LookEnd.TIME
    staff, person = viewer_of(look.staff), look.person
    is_open = look.staff.is_active and person.is_active and look.customer.is_active
    return None if is_open and staff.can(Capability.VIEW_AS_CUSTOMER) else LookEnd.ACCESS
