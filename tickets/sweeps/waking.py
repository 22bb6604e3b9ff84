"""Tickets that move by themselves: holds whose date has come, resolved tickets that close."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, system_scope
from contracts.sla import FactKind
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Fact, Ticket
from tickets.states import Move, State
from tickets.sweeps.poison import alarm_about

log = logging.getLogger(__name__)

REASON = "end holds whose date has come, and close what was resolved"
BATCH = 200
TRY_AGAIN_IN = timedelta(minutes=5)
WORKER = "Waking sweep"


@dataclass(frozen=True, slots=True)
class WakeCount:
    """What a sweep did: holds ended, tickets closed, tickets that could not be woken."""

    resumed: int = 0
    closed: int = 0
    poisoned: int = 0


def wake_tickets(limit: int = BATCH) -> WakeCount:
    """Wake what is due, up to `limit` tickets. Twice, late or side by side changes no fact."""
    with system_scope(REASON):
        due = Ticket.objects.filter(
            wake_at__lte=database_now(), provider__suspended_at__isnull=True
        ).order_by("wake_at", "pk")
        ids = list(due.values_list("pk", flat=True)[:limit])
    done = [_wake_one(pk) for pk in ids]
    return WakeCount(done.count(State.OPEN), done.count(State.CLOSED), done.count(None))


def _wake_one(ticket_id: int) -> State | str | None:
    with system_scope(REASON):
        ticket = Ticket.objects.select_for_update(skip_locked=True, no_key=True).filter(
            pk=ticket_id, wake_at__lte=database_now()
        ).first()  # fmt: skip
        if ticket is None:
            return ""
        try:
            with transaction.atomic():
                return _wake(lock_ticket(ticket))
        except Exception as error:
            log.exception("waking.poisoned ticket=%s", ticket.reference)
            Ticket.objects.filter(pk=ticket_id).update(wake_at=database_now() + TRY_AGAIN_IN)
            alarm_about(ticket, "It could not be woken", error)
            return None


def _wake(ticket: Ticket) -> State:
    actor = Viewer.system(WORKER, provider_id=ticket.provider_id)
    if ticket.state == State.HELD.value:
        return _end_hold(ticket, actor)
    return _close(ticket, actor)


def _end_hold(ticket: Ticket, actor: Viewer) -> State:
    move_ticket(ticket, Move.RESUME)
    ticket.hold_party = ticket.hold_reason = ""
    add_fact(ticket, FactKind.RESUMED, actor, at=_promised(ticket), by_itself=True)
    settle(ticket, actor, "state", "hold_party", "hold_reason")
    record(actor, "ticket.hold_ended", ticket)
    return State.OPEN


def _promised(ticket: Ticket) -> datetime:
    # The true instant, from the facts: wake_at may have been put off since.
    held = Fact.objects.filter(ticket_id=ticket.pk, kind=FactKind.HELD.value).latest("number")
    return datetime.fromisoformat(held.details["until"])


def _close(ticket: Ticket, actor: Viewer) -> State:
    move_ticket(ticket, Move.CLOSE)
    fact = add_fact(ticket, FactKind.CLOSED, actor, by_itself=True)
    ticket.closed_at = fact.at
    settle(ticket, actor, "state", "closed_at")
    record(actor, "ticket.closed", ticket, by_itself=True)
    return State.CLOSED
