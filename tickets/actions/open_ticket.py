"""Opening a ticket: somebody asks for something."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from accounts.audit import record
from accounts.capabilities import Capability, Role
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.inserted import insert_along
from calcom_portal.common.prepared import in_one_go
from calcom_portal.common.tenancy import database_now
from contracts import sla
from contracts.promised import Promised, promised_for
from contracts.sla import FactKind, Priority
from tickets.approval import approval_for
from tickets.clockwork import cache_deadlines, clock_rows
from tickets.ledger import begin_history
from tickets.models import Fact, Kind, Ticket
from tickets.notices import tell_approvers, tell_opened
from tickets.numbering import Numbered, number_ticket
from tickets.snapshot import promise_key, timeline_from
from tickets.states import State
from tickets.talk import begin_talk
from tickets.text import checked_line
from tickets.wishes import refuse_odd_wish


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """What somebody asks for. `reporter_id` is a membership; `answers` are those of the triage.

    Without a reporter monitoring asks: only a system worker may.
    `wanted_from` and `wanted_to` are when the reporter would like the work to be done.
    """

    kind: str
    subject: str
    text: str
    customer_id: int
    reporter_id: int | None
    priority: Priority
    priority_reason: str = ""
    site_id: int | None = None
    device_id: int | None = None
    answers: dict[str, str] = field(default_factory=dict)
    files: tuple[IncomingFile, ...] = ()
    wanted_from: datetime | None = None
    wanted_to: datetime | None = None


def open_ticket(
    *, request: TicketRequest, actor: Viewer, continues: Ticket | None = None
) -> Ticket:
    """Open a ticket and start its clocks under the promise that applies now.

    `continues` links a ticket that came too late to be reopened. Raises BadInput for what cannot be
    accepted, Missing for a customer, place or reporter that the actor cannot see.
    """
    _require(request, actor)
    subject = checked_line(request.subject, field="subject", what="The subject", limit=200)
    numbered = number_ticket(
        actor.provider_id,
        customer_id=request.customer_id,
        site_id=request.site_id,
        device_id=request.device_id,
        reporter_id=request.reporter_id,
    )
    promised = promised_for(
        customer_id=request.customer_id,
        site_id=numbered.site_id,
        device_id=request.device_id,
        at=database_now(),
    )
    refuse_odd_wish(
        request.kind, request.wanted_from, request.wanted_to, promised.calendar, database_now()
    )
    ticket = _ticket(request, subject, numbered, promised, actor)
    ticket.continues = continues
    ticket.approval, approvers = approval_for(ticket)
    timeline = timeline_from([_opened(ticket)], ticket.promise_reason, database_now())
    cache_deadlines(ticket, timeline, [])
    with in_one_go():
        insert_along(ticket)
        insert_along(*clock_rows(ticket, timeline))
        begin_talk(ticket, request.text, actor, request.files)
        fact = begin_history(
            ticket,
            actor,
            priority=ticket.priority,
            calendar_id=str(ticket.calendar_version_id),
            promise_id=promise_key(ticket.terms_id),
        )
        _tell(ticket, numbered, actor, fact, request.text)
        tell_approvers(ticket, approvers, actor, fact, numbered.customer_name)
        record(actor, "ticket.opened", ticket, priority=ticket.priority, kind=ticket.kind)
    return ticket


def _require(request: TicketRequest, actor: Viewer) -> None:
    if actor.is_customer:
        actor.require(Capability.OPEN_TICKETS)
        if request.customer_id != actor.customer_id:
            raise Missing(
                "There is no such customer.", remedy="Report the problem for your own company."
            )
        if request.reporter_id != actor.membership_id:
            raise Missing("There is no such person.", remedy="Report the problem in your own name.")
    else:
        actor.require(Capability.OPEN_TICKETS_FOR_CUSTOMERS)
    if request.reporter_id is None and actor.role is not Role.SYSTEM:
        raise Missing("There is no such person.", remedy="Choose one of the customer's people.")
    if request.kind not in Kind.values:
        raise BadInput(
            f"“{request.kind}” is not something that can be asked for.",
            field="kind",
            remedy=f"Choose one of {', '.join(Kind.values)}.",
        )


def _ticket(
    request: TicketRequest, subject: str, numbered: Numbered, promised: Promised, actor: Viewer
) -> Ticket:
    now = database_now()
    wishes = {
        name: moment.isoformat()
        for name, moment in (
            ("wanted_from", request.wanted_from),
            ("wanted_to", request.wanted_to),
        )
        if moment is not None
    }
    return Ticket(
        id=numbered.key,
        provider_id=actor.provider_id,
        customer_id=request.customer_id,
        number=numbered.number,
        reference=numbered.reference,
        kind=request.kind,
        subject=subject,
        state=State.OPEN.value,
        priority=request.priority.value,
        priority_reason=request.priority_reason[:240],
        site_id=numbered.site_id,
        device_id=request.device_id,
        reporter_id=request.reporter_id,
        answers=request.answers | wishes,
        contract_id=promised.contract_id,
        terms_id=promised.terms_id,
        calendar_version_id=promised.calendar_version_id,
        promise_reason=promised.reason[:240],
        opened_at=now,
        changed_at=now,
    )


def _opened(ticket: Ticket) -> sla.Fact:
    return sla.Fact(
        kind=FactKind.OPENED,
        at=ticket.opened_at,
        priority=Priority(ticket.priority),
        calendar_id=str(ticket.calendar_version_id),
        promise_id=promise_key(ticket.terms_id),
    )


def _tell(ticket: Ticket, numbered: Numbered, actor: Viewer, fact: Fact, text: str) -> None:
    words = {"customer": numbered.customer_name, "site": numbered.site_name, "text": text}
    if ticket.reporter_id is None:
        # Monitoring says more of an outage than that there is a ticket.
        return
    desk = [person for person in numbered.desk if person != ticket.reporter_id]
    tell_opened(ticket, desk, actor, fact, words)
