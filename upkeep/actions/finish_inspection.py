"""Sign an inspection: it is frozen, made a document, sent, and its labour is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.files import store_bytes
from calcom_portal.common.tenancy import database_now
from contracts.coverage import Work
from contracts.sla import Priority
from tickets.actions import (
    TicketRequest,
    claim_ticket,
    log_labour,
    open_ticket,
    reply_to_ticket,
    resolve_ticket,
)
from tickets.labour import LabourFacts
from tickets.models import Kind, Ticket
from upkeep.actions._inspections import lock_inspection, move, set_look
from upkeep.inspecting.document import name_of, pdf_of
from upkeep.inspecting.notices import tell_done
from upkeep.inspecting.view import sentence_of
from upkeep.inspections.signature import BadSignature, read_strokes
from upkeep.inspections.states import Move
from upkeep.models import Inspection

NAMED = 3


@dataclass(frozen=True, slots=True)
class Closing:
    """What is written down at the end: times, words, and who signs for the customer.

    `strokes` as of `inspections.signature`; None: nobody drew one, and `unsigned_why` says why, or
    `customer_name` stands there in letters.
    """

    arrived_at: datetime
    left_at: datetime
    summary: str = ""
    customer_name: str = ""
    strokes: Any = None
    unsigned_why: str = ""
    trip: bool = False


@transaction.atomic
def finish_inspection(*, inspection: Inspection, closing: Closing, actor: Viewer) -> Inspection:
    """Put the technician's name under it; nothing of it changes from then on.

    The work is logged on a ticket of its own, with the verdict who pays (clause INSPECT). Raises
    NotAllowed; BadInput for times or a signature that cannot be; RuleBroken while something that
    has to be answered is not, and for labour that cannot be logged.
    """
    actor.require(Capability.WORK_TICKETS)
    inspection = lock_inspection(inspection)
    move(inspection, Move.FINISH)
    _refuse_unanswered(inspection)
    _sign(inspection, closing, actor)
    inspection.ticket = _ticket(inspection, closing, actor)
    set_look(inspection)
    inspection.save()
    inspection.sha256 = store_bytes(pdf_of(inspection))
    sentence = sentence_of(inspection)
    inspection.told = tell_done(inspection, sentence, name_of(inspection))
    inspection.save(update_fields=["sha256", "told"])
    record(actor, "inspection.signed", inspection, document=inspection.sha256)
    _resolve(inspection.ticket, sentence, actor)
    return inspection


def _refuse_unanswered(inspection: Inspection) -> None:
    rows = inspection.items.filter(is_required=True, result="").order_by("position")
    open_titles = list(rows.values_list("title", flat=True))
    if open_titles:
        named = ", ".join(open_titles[:NAMED]) + (" …" if len(open_titles) > NAMED else "")
        raise RuleBroken(
            f"Not answered yet: {named}",
            remedy="Answer these, or choose “Not possible” and say why.",
        )


def _sign(inspection: Inspection, closing: Closing, actor: Viewer) -> None:
    try:
        strokes = "" if closing.strokes is None else read_strokes(closing.strokes)
    except BadSignature as error:
        raise BadInput(str(error), field="strokes") from error
    if not closing.customer_name and (strokes or not closing.unsigned_why):
        raise BadInput(
            "Write the name of the customer's person.",
            field="customer_name",
            remedy="Or say why nobody could sign.",
        )
    inspection.arrived_at, inspection.left_at = closing.arrived_at, closing.left_at
    inspection.summary, inspection.signature = closing.summary, strokes
    inspection.customer_name = closing.customer_name
    inspection.unsigned_why = "" if closing.customer_name else closing.unsigned_why
    inspection.done_at = database_now()
    inspection.signed_by_id, inspection.signed_name = actor.membership_id, actor.name[:120]


def _ticket(inspection: Inspection, closing: Closing, actor: Viewer) -> Ticket:
    """Open the ticket that carries the labour, and log it. Raises BadInput for times."""
    ticket = open_ticket(
        request=TicketRequest(
            kind=Kind.INSPECTION.value,
            subject=f"Inspection of {inspection.device.name}"[:200],
            text="",
            customer_id=inspection.customer_id,
            site_id=inspection.site_id,
            device_id=inspection.device_id,
            reporter_id=actor.membership_id,
            priority=Priority.MINOR,
            priority_reason="Planned by the contract.",
        ),
        actor=actor,
    )
    claim_ticket(ticket=ticket, actor=actor)
    facts = LabourFacts(
        work=Work.INSPECTION,
        started_at=closing.arrived_at,
        ended_at=closing.left_at,
        device_id=inspection.device_id,
        trip=closing.trip,
    )
    log_labour(ticket=ticket, facts=facts, overlap_ok=True, actor=actor)
    return Ticket.objects.get(pk=ticket.pk)


def _resolve(ticket: Ticket, sentence: str, actor: Viewer) -> None:
    text = f"The inspection is done. {sentence}"
    try:
        with transaction.atomic():
            resolve_ticket(ticket=ticket, text=text, actor=actor)
    except RuleBroken:
        # Its gates ask for something first, such as a fresh backup: the technician goes on there.
        reply_to_ticket(ticket=ticket, text=text, actor=actor)
