"""What is told about backups: the kinds, and the words that a notice carries."""

from __future__ import annotations

from datetime import datetime

from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices
from tickets.models import Ticket
from tickets.notices import ticket_words
from tickets.people import our_side
from upkeep.models import BackupPlan

GROUP = "Backups"
MISSED = NoticeKind(
    "backup_missed",
    "A system has had no good backup for too long",
    GROUP,
    "upkeep/mail/missed",
    audience=Audience.STAFF,
)
KINDS = (MISSED,)


def tell_missed(plan: BackupPlan, ticket: Ticket, *, since: datetime | None, failure: str) -> int:
    """Tell our side that a system's backups are missing; return how many notices there are."""
    words = {
        "device": plan.device.name,
        "site": plan.device.site.name,
        "since": since.isoformat() if since else "",
        "failure": failure,
        **ticket_words(ticket, plan.customer.name),
    }
    at = plan.alarmed_at.timestamp() if plan.alarmed_at else 0
    drafts = [
        NoticeDraft(
            recipient_id=person,
            customer_id=plan.customer_id,
            kind=MISSED.code,
            subject_ref=ticket.reference,
            payload=words,
            event_key=f"{MISSED.code}:{plan.pk}:{at:.6f}",
        )
        for person in our_side(ticket)
    ]
    return queue_notices(plan.provider_id, drafts)
