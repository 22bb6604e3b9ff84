"""Opening a provider by oneself. Outside any scope: nobody is known yet."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions.ask_sign_up import ask_sign_up
from accounts.actions.confirm_sign_up import OpenSignUp, confirm_sign_up, open_sign_up
from accounts.forms import JoinForm, SignUpForm
from accounts.middleware import SEVERAL_SEATS, take_seat
from accounts.models import Membership
from accounts.people import user_with_address
from accounts.sign_up import check_open
from accounts.signin import client_address
from accounts.views.join import BACKEND
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.pages import page


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask who wants to begin; the answer is the same for everybody."""
    check_open()
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_sign_up(**form.cleaned_data, address=client_address(request))
        return HttpResponseRedirect(reverse("sign_up_sent"), status=303)
    status = 422 if form.errors else 200
    return page(request, "accounts/sign_up/ask.html", {"form": form}, status=status)


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Send people to their mail."""
    check_open()
    return page(request, "accounts/sign_up/sent.html", {"is_demo": settings.PORTAL_DEMO})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Found the provider: with a new account, or with the one that its founder is signed in to."""
    wanted = open_sign_up(token)
    user = user_with_address(wanted.email)
    if user is None:
        return _begin_as_new(request, wanted, token)
    is_owner = request.user.pk == user.pk
    if request.method == "POST":
        if not is_owner:
            raise RuleBroken(
                f"{wanted.email} has an account already.",
                remedy="Sign in with it, then open the link in the mail again.",
            )
        return _begin(request, confirm_sign_up(token=token))
    return page(request, "accounts/sign_up/confirm.html", {"wanted": wanted, "is_owner": is_owner})


def _begin_as_new(request: HttpRequest, wanted: OpenSignUp, token: str) -> HttpResponse:
    form = JoinForm(request.POST or None, email=wanted.email, initial={"name": wanted.name})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = confirm_sign_up(token=token, name=data["name"], password=data["password"])
        login(request, person.user, backend=BACKEND)
        return _begin(request, person)
    context = {"wanted": wanted, "form": form}
    status = 422 if form.errors else 200
    return page(request, "accounts/sign_up/confirm.html", context, status=status)


def _begin(request: HttpRequest, person: Membership) -> HttpResponse:
    # Counted anew when the seat is chosen the next time.
    request.session[SEVERAL_SEATS] = True
    take_seat(request, person)
    return HttpResponseRedirect(reverse("first_hour"), status=303)
