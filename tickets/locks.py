"""Locking a ticket, and moving it along the table of legal moves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch

from calcom_portal.common.errors import Missing, RuleBroken
from tickets.models import Clock, Ticket, TicketCounter
from tickets.states import Move, State, after, remedy_for

# What the ticket cannot have done to it, in words.
CANNOT: dict[Move, str] = {
    Move.REPLY: "be answered",
    Move.HOLD: "be put on hold",
    Move.RESUME: "be taken off hold",
    Move.RESOLVE: "be resolved",
    Move.CLOSE: "be closed",
    Move.REOPEN: "be reopened",
    Move.MERGE: "be merged",
    Move.UNMERGE: "be taken out of a merge",
    Move.SCHEDULE: "be scheduled",
    Move.CHANGE_PRIORITY: "change its priority",
    Move.ASSIGN: "be given to anybody",
}


def hold_openings(provider_id: int) -> None:
    """Wait for those who open a ticket of the provider, and have others wait for this transaction.

    For whoever has to find every open ticket, or joins them. Take it before any ticket.
    """
    rows = TicketCounter.objects.filter(provider_id=provider_id).select_for_update(no_key=True)
    rows.values_list("pk").first()


def lock_ticket(ticket: Ticket) -> Ticket:
    """Return the ticket as it is now, locked with its clocks until the end of the transaction.

    Take it before any chain: writers meet at the head of the chain last. Raises Missing.
    """
    return lock_tickets([ticket.pk])[0]


def lock_tickets(ids: Sequence[int]) -> list[Ticket]:
    """Lock several tickets in the order of their keys; return them in the order of `ids`."""
    # No key of a ticket ever changes, so those who only point at it need not wait. Nothing that can
    # change is joined: after a wait, the joined row would be that of the ticket's former version.
    clocks = Prefetch("clocks", Clock.objects.select_for_update(no_key=True).order_by("pk"))
    rows = (
        Ticket.objects.filter(pk__in=ids)
        .select_related("customer")
        .select_for_update(no_key=True, of=("self",))
        .prefetch_related(clocks)
        .order_by("pk")
    )
    found = {row.pk: row for row in rows}
    if len(found) != len(set(ids)):
        raise Missing("There is no such ticket.", remedy="Look for it in the list of tickets.")
    return [found[pk] for pk in ids]


def move_ticket(ticket: Ticket, move: Move) -> None:
    """Put the ticket into the state that `move` leads to. Raises RuleBroken for an illegal move."""
    state = State(ticket.state)
    reached = after(state, move)
    if reached is None:
        raise RuleBroken(
            f"Ticket {ticket.reference} is {state.label.lower()} and cannot {CANNOT[move]}.",
            remedy=remedy_for(state, move),
        )
    ticket.state = reached.value
