"""Closing a customer's question about labour, by an answer or by another verdict."""

from __future__ import annotations

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from tickets.ledger import Event, add_fact
from tickets.models import LabourEntry, LabourQuestion
from tickets.notices import LABOUR_ANSWERED, tell


def close_question(entry: LabourEntry, text: str, actor: Viewer) -> LabourQuestion | None:
    """Answer the open question about an entry; None when there is none. Lock the ticket before."""
    rows = LabourQuestion.objects.select_for_update(of=("self",)).select_related("ticket__customer")
    question: LabourQuestion | None = rows.filter(entry_id=entry.pk, answered_at=None).first()
    if question is None:
        return None
    question.answer = text
    question.answered_by_id, question.answered_by_name = actor.membership_id, actor.name[:120]
    question.answered_at = database_now()
    question.save(update_fields=["answer", "answered_by", "answered_by_name", "answered_at"])
    ticket = question.ticket
    fact = add_fact(ticket, Event.LABOUR_ANSWERED, actor, entry=entry.pk)
    record(actor, "labour.answered", ticket, entry=entry.pk)
    tell(LABOUR_ANSWERED, ticket, [question.asked_by_id], actor, fact, text=text)
    return question
