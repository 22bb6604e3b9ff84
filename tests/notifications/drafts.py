"""Kinds, drafts and questions to the outbox that its tests share."""

from __future__ import annotations

from typing import Any

from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, system_scope
from notifications.kinds import NoticeKind
from notifications.models import Delivery, Notice, OperatorAlarm
from notifications.outbox import NoticeDraft, queue_notices

NEWS = NoticeKind("test_news", "News", "Tests", "mail_tests/news")
NOTE = NoticeKind("test_note", "A note", "Tests", "mail_tests/news", mutable=False)
ALERT = NoticeKind("test_alert", "An alert", "Tests", "mail_tests/news", critical=True)


def draft_for(
    person: Viewer, event: str = "event:1", *, kind: NoticeKind = NEWS, **changes: Any
) -> NoticeDraft:
    """Return a draft to `person` about CC-1042."""
    payload = {"reference": "CC-1042", "subject": "No dial tone", "text": "Dana looks into it."}
    payload |= changes.pop("payload", {})
    values: dict[str, Any] = {
        "recipient_id": person.membership_id,
        "customer_id": person.customer_id,
        "kind": kind.code,
        "subject_ref": "CC-1042",
        "payload": payload,
        "event_key": event,
    }
    return NoticeDraft(**(values | changes))


def queue(*drafts: NoticeDraft, provider_id: int) -> int:
    """Queue drafts as the provider's staff would."""
    with provider_scope(provider_id=provider_id):
        return queue_notices(provider_id, drafts)


def queue_for(person: Viewer, event: str = "event:1", **changes: Any) -> Notice:
    """Queue one draft and return its row."""
    draft = draft_for(person, event, **changes)
    queue(draft, provider_id=person.provider_id)
    return next(row for row in notices() if row.event_key == event)


def notices() -> list[Notice]:
    """Return every notice of every provider, oldest first."""
    with system_scope("a test looks"):
        return list(Notice.objects.order_by("id"))


def states() -> list[str]:
    """Return the states of all notices, oldest first."""
    return [notice.state for notice in notices()]


def tries() -> list[tuple[str, str]]:
    """Return outcome and detail of every try, oldest first."""
    with system_scope("a test looks"):
        return list(Delivery.objects.order_by("id").values_list("outcome", "detail"))


def alarms() -> list[tuple[str, str]]:
    """Return kind and subject of the open alarms."""
    with system_scope("a test looks"):
        rows = OperatorAlarm.objects.filter(cleared_at__isnull=True).order_by("id")
        return list(rows.values_list("kind", "subject"))


def change(notice: Notice, **values: Any) -> None:
    """Move a row to where a test needs it, such as into the past."""
    with system_scope("a test arranges"):
        Notice.objects.filter(pk=notice.pk).update(**values)


def address_of(person: Viewer) -> str:
    """Return where a person's mail goes."""
    with system_scope("a test looks"):
        return str(Membership.objects.get(pk=person.membership_id or 0).email)
