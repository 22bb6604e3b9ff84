"""One transaction and one scope around everything that a request does for a viewer."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.audit import record
from accounts.identity import is_open, memberships_of, viewer_of
from accounts.looking import (
    OnlyLooking,
    borrowed_eyes,
    is_looking,
    is_way_out,
    looking,
    may_pass,
)
from accounts.models import Membership
from accounts.signin import client_address, ways_in
from accounts.suspension import refusal
from accounts.viewer import Viewer
from calcom_portal.common.prepared import prepared
from calcom_portal.common.problems import API, problem_page
from calcom_portal.common.tenancy import (
    Scope,
    customer_scope,
    database_now,
    narrowed,
    provider_scope,
)

SEAT = "seat"
SEVERAL_SEATS = "several_seats"
ACCOUNT = "/account/"
# Sign-in and account pages read people and sessions, which no scope may; the API opens its scope
# by token.
OUTSIDE = (
    "/account/", "/api/", "/static/", "/invitation/", "/seat/", "/operator/", "/sign-up/",
)  # fmt: skip
# The same for everybody: not even the session is read.
NOBODYS = ("/healthz", "/icons/", "/beat/", "/agent/")


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a signed-in person works now. Kept in the session, which only the server writes."""

    membership_id: int
    provider_id: int
    customer_id: int | None


def take_seat(request: HttpRequest, membership: Membership) -> None:
    """Remember in the session which membership the person works with.

    The first time in a session, the company's audit trail says how they signed in. Call it outside
    any scope: a page that fails later does not undo that somebody came in.
    """
    seat = Seat(membership.pk, membership.provider_id, membership.customer_id)
    if request.session.get(SEAT) != asdict(seat) and (ways := ways_in(request)):
        with seat_scope(seat):
            address = client_address(request)
            record(viewer_of(membership), "signed.in", membership, ways=ways, address=address)
    request.session[SEAT] = asdict(seat)


def leave_seat(request: HttpRequest) -> None:
    """Forget where the person worked: the next request chooses again."""
    request.session.pop(SEAT, None)


def seat_scope(seat: Seat) -> AbstractContextManager[Scope]:
    """Return the scope of a seat."""
    if seat.customer_id is None:
        return provider_scope(provider_id=seat.provider_id)
    return customer_scope(provider_id=seat.provider_id, customer_id=seat.customer_id)


class ScopeMiddleware:
    """Sets `request.viewer` (or None) and keeps its scope open until the answer is rendered.

    Whatever is not a success is rolled back: a page that tells of an error leaves nothing half
    written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the viewer's scope."""
        request.viewer = None  # type: ignore[attr-defined]
        # The zone belongs to the thread: its last request was somebody else's.
        timezone.deactivate()
        if request.path.startswith(NOBODYS):
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if is_looking(request) and not request.path.startswith(API):
            answer = self._look(request, user.pk)
            if answer is not None:
                return answer
        if request.path.startswith(OUTSIDE):
            self._frame_account_page(request, user.pk)
            return self.get_response(request)
        seat = self._seat(request, user.pk)
        if seat is None:
            return self.get_response(request)
        with seat_scope(seat):
            viewer = self._viewer(request, seat, user.pk)
            with narrowed(viewer.limit if viewer else None):
                request.viewer = viewer  # type: ignore[attr-defined]
                response = self.get_response(request)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
        return response

    def _look(self, request: HttpRequest, user_id: int) -> HttpResponse | None:
        """Answer as part of a look; None where the person goes on as themselves."""
        try:
            look = looking(request, user_id)
        except OnlyLooking as error:
            return problem_page(request, error)
        if look is None:
            return None
        request.looking = look  # type: ignore[attr-defined]
        if not may_pass(request):
            request.frame_viewer = look.person  # type: ignore[attr-defined]
            return problem_page(request, OnlyLooking())
        if is_way_out(request) or request.path.startswith(OUTSIDE):
            return None
        with borrowed_eyes(look):
            request.viewer = look.person  # type: ignore[attr-defined]
            timezone.activate(zoneinfo.ZoneInfo(look.person.zone))
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Keep a suspended provider as it is: for pages, and for the API as well."""
        viewer: Viewer | None = getattr(request, "viewer", None)
        match = request.resolver_match
        address = match.url_name if match else ""
        error = refusal(viewer, request.method or "GET", address or "")
        return None if error is None else problem_page(request, error)

    def _frame_account_page(self, request: HttpRequest, user_id: int) -> None:
        # Account pages work outside the scope, but keep the frame of the place the person works in.
        if request.path.startswith(ACCOUNT) and SEAT in request.session:
            seat = Seat(**request.session[SEAT])
            with seat_scope(seat):
                viewer = self._viewer(request, seat, user_id)
            request.frame_viewer = viewer  # type: ignore[attr-defined]

    def _seat(self, request: HttpRequest, user_id: int) -> Seat | None:
        if SEAT not in request.session:
            memberships = memberships_of(user_id)
            request.session[SEVERAL_SEATS] = len(memberships) > 1
            if len(memberships) != 1:
                return None
            take_seat(request, memberships[0])
        return Seat(**request.session[SEAT])

    def _viewer(self, request: HttpRequest, seat: Seat, user_id: int) -> Viewer | None:
        # The seat is only a claim: the membership may have ended since, or moved to another role.
        membership = _active_membership.one(seat.membership_id, user_id)
        if membership is None or not is_open(membership, database_now()):
            leave_seat(request)
            return None
        viewer = viewer_of(membership)
        timezone.activate(zoneinfo.ZoneInfo(viewer.zone))
        return viewer


@prepared
def _active_membership(membership_id: int, user_id: int) -> QuerySet[Membership]:
    rows = Membership.objects.select_related("provider", "customer")
    return rows.filter(pk=membership_id, user_id=user_id, is_active=True)


class ViewerRequest(HttpRequest):
    """A request whose viewer is known. For annotations only."""

    viewer: Viewer
    htmx: Any
