"""What people say about themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import access_person, signed_in
from accounts.actions import change_profile
from accounts.forms import ProfileForm
from accounts.middleware import ViewerRequest
from accounts.models import Membership
from calcom_portal.common.pages import go, page


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: ViewerRequest) -> HttpResponse:
    """Show and change name, phone and time zone."""
    me = _me(request)
    initial = {"name": me.name, "phone": me.phone, "zone": me.zone}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_profile(**form.cleaned_data, actor=request.viewer)
        messages.success(request, "Your profile is saved.")
        return go(request, reverse("profile"))
    context = {"form": form, "me": me}
    return page(request, "accounts/profile.html", context, status=422 if form.errors else 200)


def _me(request: ViewerRequest) -> Membership:
    return access_person(request.viewer, request.viewer.membership_id or 0)
