"""API keys: list, make, revoke."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import access_api_key, needs
from accounts.actions import create_api_key, revoke_api_key
from accounts.capabilities import Capability
from accounts.forms import ApiKeyForm
from accounts.middleware import ViewerRequest
from accounts.models import ApiKey, Membership
from accounts.submissions import Answer, fingerprint_of, once
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now


@require_GET
@needs(Capability.MANAGE_API_KEYS)
def keys(request: ViewerRequest) -> HttpResponse:
    """List the keys, the newest first."""
    rows = ApiKey.objects.select_related("membership", "customer").order_by("-pk")[:200]
    return page(request, "accounts/keys.html", {"keys": rows, "now": database_now()})


@never_cache
@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_API_KEYS)
def new(request: ViewerRequest) -> HttpResponse:
    """Make a key, and show its token this one time."""
    people = Membership.objects.select_related("customer").filter(is_active=True)
    form = ApiKeyForm(
        request.POST or None,
        people=people.order_by("customer__name", "name"),
        initial={"person": str(request.viewer.membership_id)},
    )
    if request.method == "POST" and form.is_valid():
        return _made(request, form)
    context = {"form": form}
    status = 422 if form.errors else 200
    return page(request, "accounts/key_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_API_KEYS)
def revoke(request: ViewerRequest, key_id: int) -> HttpResponse:
    """Say what revoking means, then do it."""
    key = access_api_key(request.viewer, key_id)
    if request.method == "POST":
        revoke_api_key(key=key, actor=request.viewer)
        messages.success(request, f"The key “{key.label}” is revoked.")
        return go(request, reverse("api_keys"))
    context = {
        "title": f"Revoke the key “{key.label}”?",
        "cover": Cover("risk", "Whatever uses it is refused from the next call on.", "For good."),
        "action_url": reverse("api_key_revoke", args=[key.pk]),
        "confirm_label": "Revoke key",
        "risk": True,
        "cancel_url": reverse("api_keys"),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


def _made(request: ViewerRequest, form: ApiKeyForm) -> HttpResponse:
    data, tokens = form.cleaned_data, []

    def act() -> Answer:
        key, token = create_api_key(
            person=form.chosen_person,
            label=data["label"],
            scopes=data["scopes"],
            lasts=form.chosen_life,
            actor=request.viewer,
        )
        tokens.append((key, token))
        return Answer.led_to(reverse("api_keys"))

    fingerprint = fingerprint_of({name: data[name] for name in ("label", "person", "scopes")})
    answer = once(request.viewer, "api_key_new", str(data["submission"]), fingerprint, act)
    if not tokens:
        # Sent again: the token is kept nowhere and cannot be shown a second time.
        return go(request, answer.url)
    key, token = tokens[0]
    return page(request, "accounts/key_made.html", {"key": key, "token": token})
