"""Work that the portal did by itself, at a price that was agreed before, written as labour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.cover_of import cover_of
from contracts.coverage import Decision, Work
from contracts.rates import price_of
from tickets.labour import NOTHING, Judged, JudgedLine, LabourFacts
from tickets.labour_ledger import lock_month, write_entry
from tickets.locks import lock_ticket
from tickets.models import LabourEntry, Ticket
from tickets.stretches import MINUTE, Stretch, stretches, to_the_minute


@dataclass(frozen=True, slots=True)
class AgreedLabour:
    """What was done from when to when, and the verdict and the minutes that were agreed before.

    `decision` has a rate (`worth`), also where a clause pays.
    """

    work: Work
    device_id: int
    started_at: datetime
    ended_at: datetime
    minutes: int
    decision: Decision
    note: str = ""


def log_agreed_labour(*, ticket: Ticket, done: AgreedLabour, actor: Viewer) -> LabourEntry:
    """Write down a worker's work: one line, for the agreed minutes, whatever the hour.

    Its day is that on which it ended, for a month that is not over is never closed. Raises
    NotAllowed for a person.
    """
    actor.require(Capability.RUN_CLOCK)
    lock_month(ticket.customer_id)
    ticket = lock_ticket(ticket)
    entry = write_entry(ticket, _judged(ticket, done), actor)
    record(
        actor,
        "labour.logged",
        ticket,
        entry=entry.pk,
        work=entry.work,
        minutes=entry.minutes,
        fact=entry.fact.number,
    )
    return entry


def _judged(ticket: Ticket, done: AgreedLabour) -> Judged:
    start = to_the_minute(done.started_at.astimezone(UTC))
    end = max(to_the_minute(done.ended_at.astimezone(UTC)), start + MINUTE)
    cover = cover_of(
        customer_id=ticket.customer_id,
        site_id=ticket.site_id,
        device_id=done.device_id,
        at=done.ended_at,
    )
    first = stretches(start, end, cover.calendar)[0]
    whole = Stretch(start, end, in_hours=first.in_hours)
    worth = price_of(done.minutes, done.decision.worth.amount) if done.decision.worth else NOTHING
    line = JudgedLine(done.work, whole, whole.minutes, done.minutes, done.decision, worth)
    facts = LabourFacts(done.work, start, end, device_id=done.device_id, note=done.note)
    return Judged(facts, cover, done.minutes, (line,))
