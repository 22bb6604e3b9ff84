"""The page behind the link of an invitation. Outside any scope: nobody is known yet."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.accept_invitation import OpenInvitation, accept_invitation, open_invitation
from accounts.forms import JoinForm
from accounts.middleware import SEVERAL_SEATS, take_seat
from accounts.models import Membership
from accounts.people import user_with_address
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.pages import page

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited person join: with a new account, or with the one they are signed in to."""
    invitation = open_invitation(token)
    # Nobody knows yet where the invited person lives.
    with timezone.override(invitation.zone):
        return _answer(request, invitation, token)


def _answer(request: HttpRequest, invitation: OpenInvitation, token: str) -> HttpResponse:
    user = user_with_address(invitation.email)
    if user is None:
        return _join_as_new(request, invitation, token)
    is_owner = request.user.pk == user.pk
    if request.method == "POST":
        if not is_owner:
            raise RuleBroken(
                f"{invitation.email} has an account already.",
                remedy="Sign in with it, then open the link of the invitation again.",
            )
        return _take_place(request, accept_invitation(token=token))
    return page(request, "accounts/join.html", {"invitation": invitation, "is_owner": is_owner})


def _join_as_new(request: HttpRequest, invitation: OpenInvitation, token: str) -> HttpResponse:
    form = JoinForm(request.POST or None, email=invitation.email, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = accept_invitation(token=token, name=data["name"], password=data["password"])
        login(request, person.user, backend=BACKEND)
        return _take_place(request, person)
    context = {"invitation": invitation, "form": form}
    return page(request, "accounts/join.html", context, status=422 if form.errors else 200)


def _take_place(request: HttpRequest, person: Membership) -> HttpResponse:
    # Counted anew when the seat is chosen the next time.
    request.session[SEVERAL_SEATS] = True
    take_seat(request, person)
    return HttpResponseRedirect("/", status=303)
