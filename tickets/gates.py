"""What has to be there before work on a ticket ends: apps above register what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from tickets.models import Ticket
from tickets.states import Move


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that is missing yet. `key` names it in forms and calls, `subject` for people.

    `words` say what is missing, as a sentence; `reason_label` asks why it may be missing for good.
    `template` shows how it can be met and reads only `demand`, of which `context` is the gate's.
    """

    key: str
    subject: str
    words: str
    reason_label: str
    template: str
    context: Any


Asks = Callable[[Ticket, Move], Sequence[Demand]]
Waives = Callable[[Ticket, Demand, str, Viewer], None]


@dataclass(frozen=True, slots=True)
class Gate:
    """`asks(ticket, move)` names what is missing; `waives(ticket, demand, reason, actor)` does
    without it.
    """

    asks: Asks
    waives: Waives


_gates: list[Gate] = []


def register_gate(gate: Gate) -> None:
    """Have `gate` asked before a ticket is resolved, or closed while there was something to do."""
    if gate not in _gates:
        _gates.append(gate)


def demands_of(ticket: Ticket, move: Move) -> list[Demand]:
    """Return what is missing before `move`, Move.RESOLVE or Move.CLOSE, may end the work."""
    return [demand for gate in _gates for demand in gate.asks(ticket, move)]


def pass_gates(ticket: Ticket, move: Move, waivers: Mapping[str, str], actor: Viewer) -> None:
    """Waive what a reason is given for, by the key of its demand. The ticket is locked.

    Raises RuleBroken, which names what is missing and has no reason.
    """
    asked = [(gate, demand) for gate in _gates for demand in gate.asks(ticket, move)]
    missing = [demand for _, demand in asked if not waivers.get(demand.key)]
    if missing:
        words = " ".join(demand.words for demand in missing)
        raise RuleBroken(
            f"Ticket {ticket.reference} cannot end yet. {words}",
            remedy="Do what is missing, or give a reason for each"
            f" ({', '.join(demand.key for demand in missing)}).",
        )
    for gate, demand in asked:
        gate.waives(ticket, demand, waivers[demand.key], actor)
