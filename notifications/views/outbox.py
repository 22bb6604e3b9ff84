"""The outbox and its alarms, for administrators."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import go, page
from calcom_portal.common.parts import Pager
from notifications.access import access_alarm, access_notice
from notifications.actions import clear_alarm, retry_notice
from notifications.kinds import title_of
from notifications.mails import Written, write_text
from notifications.models import Delivery, Notice, NoticeState
from notifications.outbox_pages import TABS, Slice, open_alarms, slice_of, tabs
from notifications.unsendable import bundle_of


@require_GET
@needs(Capability.SEE_OUTBOX)
def outbox(request: ViewerRequest) -> HttpResponse:
    """List the notices of one tab, newest first, and the alarms above."""
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    found = slice_of(tab, before=_id(request.GET, "before"), after=_id(request.GET, "after"))
    context = {
        "tabs": tabs(tab),
        "tab": tab,
        "rows": [(row, title_of(row.kind)) for row in found.rows],
        "pager": _pager(tab, found),
        "alarms": open_alarms(),
        "has_demo_mail": settings.PORTAL_DEMO,
    }
    return page(request, "notifications/outbox.html", context)


@require_GET
@needs(Capability.SEE_OUTBOX)
def notice(request: ViewerRequest, notice_id: int) -> HttpResponse:
    """Show one notice: its words, and every try to send it."""
    found = access_notice(request.viewer, notice_id)
    context = {
        "notice": found,
        "title": title_of(found.kind),
        "written": _words(found),
        "tries": Delivery.objects.filter(notice=found).order_by("-id")[:50],
        "can_retry": found.state == NoticeState.DEAD,
    }
    return page(request, "notifications/notice.html", context)


@require_POST
@needs(Capability.SEE_OUTBOX)
def notice_retry(request: ViewerRequest, notice_id: int) -> HttpResponse:
    """Send again what was given up."""
    retry_notice(notice=access_notice(request.viewer, notice_id), actor=request.viewer)
    messages.success(request, "The message is on its way again.")
    return go(request, reverse("notice", args=[notice_id]))


@require_POST
@needs(Capability.SEE_OUTBOX)
def alarm_clear(request: ViewerRequest, alarm_id: int) -> HttpResponse:
    """Say that an alarm was dealt with."""
    clear_alarm(alarm=access_alarm(request.viewer, alarm_id), actor=request.viewer)
    messages.success(request, "The alarm is cleared.")
    return go(request, reverse("outbox"))


def _id(query: QueryDict, name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


def _pager(tab: str, found: Slice) -> Pager:
    def url(**position: int) -> str:
        return f"{reverse('outbox')}?{urlencode({'tab': tab, **position})}"

    return Pager(
        previous_url=url(after=found.newer_than) if found.newer_than else "",
        next_url=url(before=found.older_than) if found.older_than else "",
        label="Newest first",
    )


def _words(found: Notice) -> Written | None:
    """Return the text of the notice; None when its kind is not known any more."""
    try:
        bundle = bundle_of(found.message_id, found.lease_token or UUID(int=0), [found])
        return write_text(bundle)
    except LookupError:
        return None
