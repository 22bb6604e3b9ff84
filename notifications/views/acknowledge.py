"""The page behind the link of a critical mail. It works without being signed in."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import viewer_of
from calcom_portal.common.pages import page
from calcom_portal.common.tenancy import system_scope
from notifications.access import access_alert
from notifications.actions import acknowledge_mail
from notifications.unsendable import zone_named


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link is about; only the button acknowledges, since mail scanners open links."""
    with system_scope("let the holder of a signed link acknowledge an alert"):
        notice = access_alert(token)
        if request.method == "POST":
            acknowledge_mail(
                notice=notice, actor=replace(viewer_of(notice.recipient), via="mail link")
            )
            notice = access_alert(token)
        # Reference and time only: whoever holds the mail may have forwarded it.
        context = {
            "reference": notice.subject_ref,
            "queued_at": notice.created_at,
            "acknowledged_at": notice.acknowledged_at,
        }
        zone = zone_named(notice.recipient.zone)
    with timezone.override(zone):
        return page(request, "notifications/acknowledge.html", context)
