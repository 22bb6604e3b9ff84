"""From an API token to a viewer and a scope around the whole call; what a key may do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.identity import is_open, viewer_of, viewer_scope
from accounts.models import ApiKey, User
from accounts.tokens import is_secret
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, NotSignedIn
from calcom_portal.common.prepared import prepared
from calcom_portal.common.tenancy import system_scope

BEARER = re.compile(r"Bearer +([0-9a-f]{12})\.([A-Za-z0-9_-]{20,100})", re.IGNORECASE)
NOTE_USE_EVERY = timedelta(minutes=1)
API = "/api/"


class KeyRefused(NotSignedIn):
    """The token is not, or no longer, good. Why is not told: it would help a finder."""

    title = "This API key is not accepted"
    auth_header = 'Bearer error="invalid_token"'

    def __init__(self) -> None:
        super().__init__(
            "The API key is unknown, expired, revoked, or its person no longer works here.",
            remedy="Send `Authorization: Bearer <token>` with a key that is in force.",
        )


class KeyNeeded(NotSignedIn):
    """No token came with the call."""

    auth_header = "Bearer"

    def __init__(self) -> None:
        super().__init__(
            "This address needs an API key.",
            remedy="Send `Authorization: Bearer <token>`. Tokens in the address are ignored.",
        )


class ApiScopeMiddleware:
    """Keeps the scope of a key open for the whole call; rolls back whatever is not a success."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the scope of the key. `ApiKeyAuthentication` refuses bad keys later."""
        header = request.headers.get("Authorization", "")
        if not request.path.startswith(API) or not header:
            return self.get_response(request)
        viewer = viewer_of_token(header)
        if viewer is None or viewer.membership_id is None:
            request.api_key_refused = True  # type: ignore[attr-defined]
            return self.get_response(request)
        with viewer_scope(viewer):
            request.viewer = viewer  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response


def viewer_of_token(header: str) -> Viewer | None:
    """Return the viewer of an Authorization header, or None. Notes the use once a minute."""
    parts = BEARER.fullmatch(header.strip())
    if parts is None:
        return None
    key = next(iter(_with_prefix.glance("find the owner of an API key", parts[1].lower())), None)
    if key is None or not is_secret(parts[2], key.secret_hash):
        return None
    now: datetime = key.asked_at  # type: ignore[attr-defined]
    if not is_good(key, now):
        return None
    if key.last_used_at is None or now - key.last_used_at >= NOTE_USE_EVERY:
        with system_scope("note the use of an API key"):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return replace(
        viewer_of(key.membership, now), scopes=frozenset(key.scopes), via=f"API key {key.prefix}"
    )


@prepared
def _with_prefix(prefix: str) -> QuerySet[ApiKey]:
    keys = ApiKey.objects.select_related("membership__provider", "membership__customer")
    asked_at = RawSQL("portal_now()", (), DateTimeField())  # nosec B611
    active = User.objects.filter(id=OuterRef("membership__user_id"), is_active=True)
    return keys.filter(Exists(active), prefix=prefix).annotate(asked_at=asked_at)


def is_good(key: ApiKey, now: datetime) -> bool:
    """Is the key in force, and its person still at work?"""
    return (
        key.revoked_at is None
        and now < key.expires_at
        and key.membership.is_active
        and is_open(key.membership, now)
    )


class ApiKeyAuthentication(BaseAuthentication):
    """Hands over the viewer that the middleware found."""

    def authenticate(self, request: Request) -> tuple[Viewer, None] | None:
        """Return the viewer, None without a token. Raises KeyRefused."""
        if getattr(request._request, "api_key_refused", False):
            raise KeyRefused
        viewer = getattr(request._request, "viewer", None)
        return None if viewer is None else (viewer, None)

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return "Bearer"


class HasScope(BasePermission):
    """Lets a key through whose scopes hold what the view names: `scopes = {"GET": "tickets:read"}`.

    HEAD and OPTIONS need what GET needs. A method that the view does not name is refused.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Answer yes, or raise in words."""
        viewer: Viewer | None = getattr(request._request, "viewer", None)
        if viewer is None:
            raise KeyNeeded
        method = "GET" if request.method in SAFE_METHODS else str(request.method)
        wanted = getattr(view, "scopes", {}).get(method)
        if wanted is None or wanted not in (viewer.scopes or frozenset()):
            raise NotAllowed(
                f"This API key lacks the scope {wanted or 'for this method'}.",
                remedy="Ask an administrator for a key with it.",
            )
        return True
