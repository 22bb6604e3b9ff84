"""Which notices a person gets by mail."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import go, page
from notifications.access import access_self
from notifications.actions import choose_notices
from notifications.preferences import is_muted, kinds_for


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notice_settings(request: ViewerRequest) -> HttpResponse:
    """Show and keep the choice."""
    if request.method == "POST":
        choose_notices(wanted=request.POST.getlist("kind"), actor=request.viewer)
        messages.success(request, "Your choice is kept.")
        return go(request, reverse("notice_settings"))
    person = access_self(request.viewer)
    rows = [(kind, not is_muted(person.notices, kind)) for kind in kinds_for(request.viewer)]
    groups = [(name, list(kinds)) for name, kinds in groupby(rows, key=lambda row: row[0].group)]
    context = {"groups": groups, "address": person.email}
    return page(request, "notifications/settings.html", context)
