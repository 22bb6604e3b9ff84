"""What is said when a stored backup turns out to be damaged: to staff, and in the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Membership
from contracts.models import Device
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices
from tickets.models import Ticket
from tickets.notices import ticket_words
from tickets.people import DESK_ROLES
from upkeep.models import Backup

DAMAGED = NoticeKind(
    "backup_damaged",
    "A stored backup is damaged",
    "Backups",
    "upkeep/mail/backup_damaged",
    audience=Audience.STAFF,
)
SUBJECT = "Backup of {} cannot be read"


@dataclass(frozen=True, slots=True)
class Damage:
    """One object that is not as it was written, and how that shows."""

    stored_object_id: int
    problem: str


def subject_of(device: Device) -> str:
    """Return the subject of the ticket."""
    return SUBJECT.format(device.name)[:160]


def text_of(device: Device, backups: Sequence[Backup], has_good: bool) -> str:
    """Return the message in the ticket: customers read it too."""
    days = ", ".join(
        f"{one.stored_at:%Y-%m-%d %H:%M} UTC" for one in backups if one.stored_at is not None
    )
    many = "Backups" if len(backups) > 1 else "A backup"
    others = (
        "Other backups of this system are in order."
        if has_good
        else "There is no other good backup of this system at the moment."
    )
    return (
        f"{many} of {device.name} ({days}) could not be read again as it was stored. {others} "
        "We take a new one and look for the cause."
    )


def tell_damage(device: Device, ticket: Ticket, backups: Sequence[Backup], has_good: bool) -> None:
    """Tell the dispatch desk."""
    people = Membership.objects.filter(
        provider_id=device.provider_id, role__in=DESK_ROLES, is_active=True
    )
    words = ticket_words(ticket, ticket.customer.name) | {
        "device": device.name,
        "count": len(backups),
        "has_good": has_good,
    }
    newest = max(one.pk for one in backups)
    queue_notices(
        device.provider_id,
        [
            NoticeDraft(
                recipient_id=person,
                customer_id=device.customer_id,
                kind=DAMAGED.code,
                subject_ref=ticket.reference,
                payload=words,
                event_key=f"{DAMAGED.code}:{ticket.pk}:{newest}",
            )
            for person in people.order_by("pk").values_list("pk", flat=True)
        ],
    )
