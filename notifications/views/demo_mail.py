"""The demo's mail reader: what would have been sent, for administrators."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import Missing
from calcom_portal.common.pages import page
from calcom_portal.common.parts import Pager
from notifications.maildir import PAGE, newest_mails, raw_mail, read_mail

NAME = re.compile(r"[0-9]{16}-[0-9a-f]{12}")


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 outside the demo, whoever asks."""

    @wraps(view)
    def guarded(request: ViewerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.PORTAL_DEMO:
            raise Missing("Nothing is at this address.", remedy="Start from the first page.")
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@demo_only
@needs(Capability.SEE_OUTBOX)
def demo_mail(request: ViewerRequest) -> HttpResponse:
    """List the mails of the viewer's provider, newest first."""
    before = request.GET.get("before", "")
    before = before if NAME.fullmatch(before) else ""
    mails = newest_mails(request.viewer.provider_id, before=before)
    pager = Pager(label="Newest first", previous_url=reverse("demo_mail") if before else "")
    if len(mails) == PAGE:
        query = urlencode({"before": mails[-1].name})
        pager = Pager(pager.previous_url, f"{reverse('demo_mail')}?{query}", pager.label)
    return page(request, "notifications/demo_mail.html", {"mails": mails, "pager": pager})


@require_GET
@demo_only
@needs(Capability.SEE_OUTBOX)
def demo_mail_message(request: ViewerRequest, name: str) -> HttpResponse:
    """Show one mail."""
    mail = read_mail(request.viewer.provider_id, name)
    return page(request, "notifications/demo_mail_message.html", {"mail": mail})


@require_GET
@demo_only
@needs(Capability.SEE_OUTBOX)
def demo_mail_file(request: ViewerRequest, name: str) -> HttpResponse:
    """Give one mail as a file, HTML part and all headers included."""
    return HttpResponse(
        raw_mail(request.viewer.provider_id, name),
        content_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{name}.eml"'},
    )
