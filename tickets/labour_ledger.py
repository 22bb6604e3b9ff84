"""Writing labour down: an entry with its lines, sealed by one link of the chain of facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.coverage import Work
from tickets.labour import Judged, JudgedLine
from tickets.ledger import Event, add_fact, plain
from tickets.models import Cause, LabourEntry, LabourLine, Statement, Ticket

# Whoever reads a statement knows no worker by its name.
PORTAL = "The portal"


@dataclass(frozen=True, slots=True)
class Replacement:
    """Which entry gives way to a further one, why, and in whose words."""

    entry: LabourEntry
    cause: Cause
    reason: str


def lock_month(customer_id: int) -> None:
    """Keep the customer's statements as they are until the transaction ends.

    Take it before the ticket's lock, as the issuing of statements does.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer_id)


def refuse_closed_month(customer_id: int, day: date) -> None:
    """Raise BadInput where the statement of the day's month has been issued."""
    issued = Statement.objects.filter(customer_id=customer_id, month__gte=day.replace(day=1))
    if statement := issued.order_by("-month").first():
        raise BadInput(
            f"{day:%B %Y} is closed: statement {statement.number} was issued.",
            field="day",
            remedy="Log it on a day after that month, and say in the note when it was done.",
        )


def lock_entry(entry: LabourEntry) -> LabourEntry:
    """Return an entry that stands. The ticket's lock has to be held. Raises RuleBroken."""
    found: LabourEntry | None = LabourEntry.objects.standing().filter(pk=entry.pk).first()
    if found is None:
        raise RuleBroken(
            "This entry was replaced by another one meanwhile.",
            remedy="Load the ticket again and look at the newest.",
        )
    return found


def write_entry(
    ticket: Ticket, judged: Judged, actor: Viewer, replacement: Replacement | None = None
) -> LabourEntry:
    """Write an entry with its lines. Lock customer and ticket before."""
    entry = _entry(ticket, judged, actor, replacement)
    lines = [_line(entry, place, line) for place, line in enumerate(judged.lines, start=1)]
    return seal_entry(ticket, entry, lines, actor)


def seal_entry(
    ticket: Ticket, entry: LabourEntry, lines: list[LabourLine], actor: Viewer
) -> LabourEntry:
    """Write a drafted entry and its lines under a link of the chain."""
    entry.fact = add_fact(ticket, Event.LABOUR, actor, **entry_details(entry, lines))
    entry.save(force_insert=True)
    for line in lines:
        line.entry = entry
    LabourLine.objects.bulk_create(lines)
    return entry


def entry_details(entry: LabourEntry, lines: list[LabourLine]) -> dict[str, Any]:
    """Return what the chain seals of an entry."""
    said = {name: plain(getattr(entry, name)) for name in SEALED_OF_ENTRY}
    told = [{name: plain(getattr(line, name)) for name in SEALED_OF_LINE} for line in lines]
    return {**said, "lines": told}


SEALED_OF_ENTRY = (
    *("technician_id", "work", "device_id", "equipment", "started_at", "ended_at", "day"),
    *("minutes", "charged_minutes", "trip", "note", "cause", "reason", "replaces_id", "terms_id"),
)
SEALED_OF_LINE = (
    *("position", "work", "starts_at", "ends_at", "in_hours", "minutes", "charged_minutes"),
    *("covered", "clause", "price", "unit_price", "currency", "worth", "amount", "reason"),
)


def _entry(
    ticket: Ticket, judged: Judged, actor: Viewer, replacement: Replacement | None
) -> LabourEntry:
    facts, cover = judged.facts, judged.cover
    before = replacement.entry if replacement else None
    return LabourEntry(
        provider_id=ticket.provider_id,
        customer_id=ticket.customer_id,
        ticket=ticket,
        technician_id=before.technician_id if before else actor.membership_id,
        technician_name=before.technician_name if before else _name_of(actor),
        work=facts.work.value,
        device_id=facts.device_id,
        equipment=cover.equipment.value,
        started_at=facts.started_at,
        ended_at=facts.ended_at,
        day=cover.day,
        minutes=facts.minutes,
        charged_minutes=judged.charged,
        trip=facts.trip,
        note=facts.note,
        cause=(replacement.cause if replacement else Cause.LOGGED).value,
        reason=replacement.reason if replacement else "",
        replaces=before,
        terms_id=cover.terms_id,
        contract_number=cover.contract_number,
        created_at=database_now(),
        created_by_id=actor.membership_id,
        created_by_name=actor.name[:120],
    )


def _name_of(actor: Viewer) -> str:
    return actor.name[:120] if actor.membership_id is not None else PORTAL


def _line(entry: LabourEntry, place: int, line: JudgedLine) -> LabourLine:
    return LabourLine(
        provider_id=entry.provider_id,
        customer_id=entry.customer_id,
        position=place,
        work=Work(line.work).value,
        starts_at=line.stretch.start,
        ends_at=line.stretch.end,
        in_hours=line.stretch.in_hours,
        minutes=line.minutes,
        charged_minutes=line.charged,
        covered=line.decision.covered,
        clause=line.decision.clause,
        price=line.rate.price.value,
        unit_price=line.rate.amount,
        currency=line.rate.currency,
        worth=line.worth,
        amount=line.amount,
        reason=line.decision.reason,
    )
