"""It was not solved after all."""

from __future__ import annotations

from datetime import timedelta

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.sla import FactKind, Priority
from tickets.actions.open_ticket import TicketRequest, open_ticket
from tickets.clockwork import settle
from tickets.follow_up import catch_up
from tickets.ledger import add_fact
from tickets.locks import hold_openings, lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.notices import REOPENED, tell
from tickets.people import customer_side, our_side
from tickets.states import Move
from tickets.talk import write_message
from tickets.wishes import WISH


def reopen_ticket(*, ticket: Ticket, text: str, actor: Viewer) -> Ticket:
    """Continue the same clocks with what was left of them; a miss stays a miss.

    Later than the provider's number of days it is a new ticket, linked by `continues`: that one is
    returned then.
    """
    actor.require(Capability.REOPEN_TICKETS)
    hold_openings(ticket.provider_id)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.REOPEN)
    if not may_reopen(ticket):
        return open_ticket(request=_anew(ticket, text, actor), actor=actor, continues=ticket)
    ticket.closed_at = None
    write_message(ticket, text, actor)
    fact = add_fact(ticket, FactKind.REOPENED, actor)
    catch_up(ticket)
    timeline = settle(ticket, actor, "state", "closed_at", "calendar_version")
    record(actor, "ticket.reopened", ticket)
    people = [*our_side(ticket), *customer_side(ticket)]
    goes_on = any(view.is_open and not view.is_late for view in timeline.clocks)
    tell(REOPENED, ticket, people, actor, fact, text=text, goes_on=goes_on)
    return ticket


def may_reopen(ticket: Ticket) -> bool:
    """Does a resolved ticket still continue its old clocks? Else reopening opens a new one."""
    ended_at = ticket.resolved_at or ticket.closed_at or ticket.changed_at
    days = Provider.objects.values_list("reopen_days", flat=True).get(pk=ticket.provider_id)
    return database_now() <= ended_at + timedelta(days=days)


def _anew(ticket: Ticket, text: str, actor: Viewer) -> TicketRequest:
    # Much may have gone since then: what is no longer there must not stand in the way.
    site = ticket.site if ticket.site and ticket.site.is_active else None
    stays = ticket.reporter is not None and ticket.reporter.is_active and not actor.is_customer
    return TicketRequest(
        kind=ticket.kind,
        subject=ticket.subject,
        text=text,
        customer_id=ticket.customer_id,
        site_id=site and site.pk,
        device_id=ticket.device_id,
        priority=Priority(ticket.priority),
        priority_reason=ticket.priority_reason,
        answers={name: said for name, said in ticket.answers.items() if name not in WISH},
        reporter_id=ticket.reporter_id if stays else actor.membership_id or ticket.reporter_id,
    )
