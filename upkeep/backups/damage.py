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
SUBJECT_OF_MANIFEST = "List kept beside a backup of {} cannot be read"


@dataclass(frozen=True, slots=True)
class Damage:
    """One object that is not as it was written, and how that shows."""

    stored_object_id: int
    problem: str


@dataclass(frozen=True, slots=True)
class Story:
    """What is told of one sort of damage: in a ticket, which customers read too, and to staff."""

    subject: str
    text: str
    payload: dict[str, object]


def story_of_parts(device: Device, backups: Sequence[Backup], has_good: bool) -> Story:
    """Tell that backups cannot be restored."""
    payload: dict[str, object] = {"has_good": has_good, "is_manifest": False}
    text = _text_of_parts(device, backups, has_good)
    return Story(SUBJECT.format(device.name)[:160], text, payload)


def story_of_manifests(device: Device, backups: Sequence[Backup]) -> Story:
    """Tell that the manifests beside backups are lost; their documents are in the database too."""
    subject = SUBJECT_OF_MANIFEST.format(device.name)[:160]
    text = (
        f"The list of contents (manifest) that lies beside a backup of {device.name} "
        f"({_days(backups)}) could not be read again as it was stored. The backup itself can be "
        "restored, and the list is kept in a second place. We look for the cause."
    )
    return Story(subject, text, {"is_manifest": True})


def _days(backups: Sequence[Backup]) -> str:
    return ", ".join(
        f"{one.stored_at:%Y-%m-%d %H:%M} UTC" for one in backups if one.stored_at is not None
    )


def _text_of_parts(device: Device, backups: Sequence[Backup], has_good: bool) -> str:
    many, was = ("Backups", "they were") if len(backups) > 1 else ("A backup", "it was")
    others = (
        "Other backups of this system are in order."
        if has_good
        else "There is no other good backup of this system at the moment."
    )
    return (
        f"{many} of {device.name} ({_days(backups)}) could not be read again as {was} stored. "
        f"{others} We take a new one and look for the cause."
    )


def tell_damage(device: Device, ticket: Ticket, backups: Sequence[Backup], story: Story) -> None:
    """Tell the dispatch desk."""
    people = Membership.objects.filter(
        provider_id=device.provider_id, role__in=DESK_ROLES, is_active=True
    )
    words = ticket_words(ticket, ticket.customer.name) | {
        "device": device.name,
        "count": len(backups),
        **story.payload,
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
