"""The problem is solved: both clocks end, the verdict is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.sla import FactKind
from notifications.actions import acknowledge_subject
from tickets.clockwork import settle
from tickets.gates import pass_gates
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.notices import RESOLVED, tell
from tickets.people import customer_side
from tickets.states import Move
from tickets.talk import write_message

NONE: Mapping[str, str] = MappingProxyType({})


def resolve_ticket(
    *, ticket: Ticket, text: str, waivers: Mapping[str, str] = NONE, actor: Viewer
) -> Ticket:
    """Resolve with a public word on what was done, which is a response too.

    `waivers` give the reasons for what the gates ask for and is not there, by the keys of their
    demands. The ticket closes by itself after the provider's usual number of days. Raises
    RuleBroken for what is missing.
    """
    actor.require(Capability.WORK_TICKETS)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.RESOLVE)
    pass_gates(ticket, Move.RESOLVE, waivers, actor)
    ticket.hold_party = ticket.hold_reason = ""
    write_message(ticket, text, actor)
    add_fact(ticket, FactKind.REPLIED, actor)
    fact = add_fact(ticket, FactKind.RESOLVED, actor)
    settle(ticket, actor, "state", "hold_party", "hold_reason")
    acknowledge_subject(subject_ref=ticket.reference, actor=actor)
    record(actor, "ticket.resolved", ticket)
    tell(RESOLVED, ticket, customer_side(ticket), actor, fact, text=text)
    return ticket
