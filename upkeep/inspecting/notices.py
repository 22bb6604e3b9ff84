"""What is told about inspections: the kinds, and the words that a notice carries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.capabilities import Role
from accounts.models import Membership
from contracts.day_words import spell_day
from monitoring.health_notices import readers_of
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices
from upkeep.models import Inspection

GROUP = "Systems"
TEMPLATE = "upkeep/mail/inspection"
PLANNERS = (Role.DISPATCHER.value, Role.PROVIDER_ADMIN.value)


def _kind(code: str, title: str, audience: Audience) -> NoticeKind:
    return NoticeKind(f"inspection_{code}", title, GROUP, TEMPLATE, audience=audience)


AGREED = _kind("agreed", "The date of an inspection is agreed or moved", Audience.EVERYONE)
REMINDER = _kind("reminder", "An inspection is near", Audience.EVERYONE)
CANCELLED = _kind("cancelled", "An inspection is cancelled", Audience.EVERYONE)
DONE = _kind("done", "The report of an inspection is ready", Audience.CUSTOMERS)
OVERDUE = _kind("overdue", "An inspection is overdue", Audience.STAFF)
KINDS = (AGREED, REMINDER, CANCELLED, DONE, OVERDUE)


def tell_agreed(inspection: Inspection, *, was_moved: bool) -> int:
    """Tell the customer and the technicians of the date; return how many hear of it."""
    title = "The inspection was moved" if was_moved else "An inspection is agreed"
    text = "We look at the whole system, with its room, power, lines and phones."
    if was_moved and inspection.reason:
        text = inspection.reason
    number = f"{AGREED.code}:{inspection.pk}:{inspection.moved}"
    return _tell(AGREED, inspection, _both(inspection), number, title=title, text=text)


def tell_reminder(inspection: Inspection) -> int:
    """Remind the customer and the technicians of the visit."""
    text = "Please see that somebody lets us into the room of the system."
    key = f"{REMINDER.code}:{inspection.pk}:{inspection.moved}"
    return _tell(
        REMINDER, inspection, _both(inspection), key, title="The inspection is near", text=text
    )


def tell_cancelled(inspection: Inspection) -> int:
    """Tell the customer and the technicians that nobody comes."""
    key = f"{CANCELLED.code}:{inspection.pk}"
    people = _both(inspection)
    title = "The inspection is cancelled"
    return _tell(CANCELLED, inspection, people, key, title=title, text=inspection.reason)


def tell_done(inspection: Inspection, sentence: str, document: str) -> int:
    """Send the customer the report; return how many people get it."""
    words = {
        "title": "The inspection is done",
        "text": f"{sentence} The whole report is attached, and it stays in the portal.",
        "technician": inspection.signed_name,
        "attached": [{"name": document, "sha256": inspection.sha256}],
        "url_label": "Read the report",
    }
    people = readers_of(inspection.customer_id)
    return _tell(DONE, inspection, people, f"{DONE.code}:{inspection.pk}", **words)


def tell_overdue(inspection: Inspection) -> int:
    """Tell who plans that an inspection was not made in its time."""
    rows = Membership.objects.filter(
        provider_id=inspection.provider_id, role__in=PLANNERS, is_active=True
    )
    last = spell_day(inspection.latest) if inspection.latest else ""
    words = {
        "title": "An inspection is overdue",
        "text": f"It was to be made by {last}. The contract promises one in each of its years.",
    }
    people = rows.order_by("pk").values_list("pk", flat=True)
    return _tell(OVERDUE, inspection, people, f"{OVERDUE.code}:{inspection.pk}", **words)


def _both(inspection: Inspection) -> list[int]:
    ours = inspection.members.order_by("pk").values_list("technician", flat=True)
    return list(dict.fromkeys([*readers_of(inspection.customer_id), *ours]))


def _tell(
    kind: NoticeKind, inspection: Inspection, people: Iterable[int], key: str, **words: Any
) -> int:
    names = inspection.members.order_by("pk").values_list("technician__name", flat=True)
    payload = {
        "device": inspection.device.name,
        "site": inspection.site.name,
        "customer": inspection.customer.name,
        "starts_at": _iso(inspection.starts_at),
        "ends_at": _iso(inspection.ends_at),
        "technicians": ", ".join(names),
        "url": reverse("inspection", args=[inspection.pk]),
        "url_label": "See the inspection",
        **words,
    }
    drafts = [
        NoticeDraft(
            recipient_id=person,
            customer_id=inspection.customer_id,
            kind=kind.code,
            subject_ref=f"Inspection {inspection.pk}",
            payload=payload,
            event_key=key,
        )
        for person in people
    ]
    queue_notices(inspection.provider_id, drafts)
    return len(drafts)


def _iso(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""
