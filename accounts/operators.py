"""Operators: people who run the installation. They open and close providers and see no tenant.

An operator is an account with a flag, not a membership: no scope opens for one, so nothing of a
tenant can be read. A second step is demanded, not offered.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.signin import ways_in
from calcom_portal.common.errors import Missing

View = Callable[..., HttpResponse]

SECOND_STEPS = frozenset({"totp", "recovery_codes", "webauthn"})
SECURED_BY = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts on providers: a person, a command, or the portal itself when a time has come."""

    name: str
    email: str = ""
    user_id: int | None = None

    # What the frame of a page shows.
    caption = "Operator"
    is_staff = True

    @property
    def initials(self) -> str:
        """Return up to two letters for the avatar."""
        words = self.name.split()
        return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()

    @property
    def signature(self) -> str:
        """Return how the log names them."""
        return f"{self.name} <{self.email}>" if self.email else self.name


COMMAND_LINE = Operator("Command line")
SIGN_UP = Operator("Sign-up")
PORTAL = Operator("Portal")


class OperatorRequest(HttpRequest):
    """A request of an operator. For annotations only."""

    operator: Operator


def operator_only(view: View) -> View:
    """Let operators through who have proved a second step; for everybody else nothing is here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return _to(request, "account_login")
        if not user.is_operator:
            raise Missing(
                "Nothing is at this address.",
                remedy="Check the link, or start from the first page.",
            )
        if not Authenticator.objects.filter(user=user, type__in=SECURED_BY).exists():
            messages.info(request, "Operators sign in with a second step: set it up first.")
            return _to(request, "mfa_activate_totp")
        if not SECOND_STEPS & set(ways_in(request)):
            return _to(request, "mfa_reauthenticate")
        timezone.activate(zoneinfo.ZoneInfo(user.zone))
        request.operator = Operator(user.name, user.email, user.pk)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return guarded


def _to(request: HttpRequest, name: str) -> HttpResponse:
    back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return HttpResponseRedirect(f"{reverse(name)}?{back}" if back else reverse(name))
