"""A customer asks about a line of labour: it is marked until somebody has answered."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from tickets.labour_ledger import lock_entry
from tickets.ledger import Event, add_fact
from tickets.locks import lock_ticket
from tickets.models import LabourEntry, LabourQuestion
from tickets.notices import LABOUR_QUERIED, tell
from tickets.people import our_side


def ask_about_labour(*, entry: LabourEntry, text: str, actor: Viewer) -> LabourQuestion:
    """Open a question about an entry, and tell our side.

    Raises NotAllowed, BadInput for nothing written, RuleBroken while another question is open.
    """
    actor.require(Capability.QUERY_LABOUR)
    if not text.strip():
        raise BadInput("Nothing was asked.", field="text", remedy="Write what is unclear.")
    ticket = lock_ticket(entry.ticket)
    entry = lock_entry(entry)
    if entry.questions.filter(answered_at=None).exists():
        raise RuleBroken(
            "There is an open question about this already.", remedy="Wait for our answer."
        )
    question: LabourQuestion = LabourQuestion.objects.create(
        provider_id=entry.provider_id,
        customer_id=entry.customer_id,
        entry=entry,
        ticket=ticket,
        text=text.strip(),
        asked_by_id=actor.membership_id or 0,
        asked_by_name=actor.name[:120],
        asked_at=database_now(),
    )
    fact = add_fact(ticket, Event.LABOUR_QUERIED, actor, entry=entry.pk)
    record(actor, "labour.queried", ticket, entry=entry.pk)
    tell(LABOUR_QUERIED, ticket, our_side(ticket), actor, fact, text=question.text)
    return question
