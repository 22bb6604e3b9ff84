"""Take what was written on site, perhaps without network: each entry once, none lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, PortalError, RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.actions._inspections import lock_inspection
from upkeep.actions.finish_inspection import Closing, finish_inspection
from upkeep.inspecting.entries import Entry
from upkeep.inspections.answers import Answer, Asked, BadAnswer, Question, Result, settle
from upkeep.inspections.serials import DIFFERENCES, Decision, Seen, seen_of
from upkeep.inspections.states import State
from upkeep.inspections.syncing import Outcome, outcome_of
from upkeep.models import InspectedDevice, Inspection, InspectionEntry, InspectionItem

ANSWER = ("result", "reading", "note")
SERIAL = ("seen", "serial", "note")
Line = InspectionItem | InspectedDevice


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an entry. `words` say why it does not count, for the technician."""

    client_id: UUID
    outcome: Outcome
    words: str = ""


@transaction.atomic
def take_entries(*, inspection: Inspection, entries: Sequence[Entry], actor: Viewer) -> list[Taken]:
    """Take entries in their order; one that came before gets its first answer again.

    Every entry is kept as it came, also one that does not count: because somebody else answered
    that line since, or because it cannot be. Raises NotAllowed.
    """
    actor.require(Capability.WORK_TICKETS)
    inspection = lock_inspection(inspection)
    known = {
        entry.client_id: Taken(entry.client_id, Outcome(entry.outcome), entry.words)
        for entry in inspection.entries.filter(client_id__in=[one.client_id for one in entries])
    }
    found: list[Taken] = []
    for entry in entries:
        if entry.client_id in known:
            found.append(known[entry.client_id])
            continue
        is_stopped = any(one.outcome is not Outcome.TAKEN for one in found)
        taken = _take(inspection, entry, actor, is_stopped=is_stopped)
        _keep(inspection, entry, taken, actor)
        found.append(taken)
    if new := len(entries) - len(known):
        record(actor, "inspection.entries_taken", inspection, count=new)
    return found


def _take(inspection: Inspection, entry: Entry, actor: Viewer, *, is_stopped: bool) -> Taken:
    try:
        # A savepoint: what cannot be leaves nothing half written.
        with transaction.atomic():
            _refuse_over(inspection)
            if entry.kind == "finish" and is_stopped:
                raise RuleBroken(
                    "Something before it was not taken.", remedy="Settle that, and finish again."
                )
            words = TAKERS[entry.kind](inspection, entry, actor)
    except PortalError as error:
        return Taken(
            entry.client_id, Outcome.REFUSED, f"{error.message} {error.remedy}".strip()[:300]
        )
    return Taken(entry.client_id, Outcome.CONFLICT if words else Outcome.TAKEN, words)


def _refuse_over(inspection: Inspection) -> None:
    if inspection.state == State.UNDER_WAY:
        return
    by = f" by {inspection.signed_name}" if inspection.signed_name else ""
    state = State(inspection.state).label.lower()
    raise RuleBroken(
        f"The inspection is {state}{by}.",
        remedy="What you wrote is kept with it, but does not stand in the report.",
    )


def _keep(inspection: Inspection, entry: Entry, taken: Taken, actor: Viewer) -> None:
    InspectionEntry.objects.create(
        provider_id=inspection.provider_id,
        customer_id=inspection.customer_id,
        inspection=inspection,
        client_id=entry.client_id,
        kind=entry.kind,
        body=dict(entry.body),
        written_at=entry.written_at,
        received_at=database_now(),
        technician_id=actor.membership_id,
        by_name=actor.name[:120],
        outcome=taken.outcome.value,
        words=taken.words,
    )


def _answer(inspection: Inspection, entry: Entry, actor: Viewer) -> str:
    """Take an answer; return in words why it does not count, "" when it does."""
    item = InspectionItem.objects.filter(inspection=inspection, pk=entry.number("line")).first()
    if item is None:
        raise BadInput("There is no such line.", field="line", remedy="Open the page again.")
    question = Question(Asked(item.asked), item.low, item.high)
    result = _choice(Result, entry, "result")
    given = Answer(result, entry.reading("reading"), entry.text("note", 1000, several_lines=True))
    try:
        answer = settle(question, given)
    except BadAnswer as error:
        raise BadInput(str(error), field="result") from error
    values = {
        "result": answer.result.value,
        "reading": answer.reading,
        "note": answer.note,
    }
    words = f"“{item.get_result_display()}” at “{item.title}”" if item.result else ""
    return _write(item, entry, values, actor, words)


def _serial(inspection: Inspection, entry: Entry, actor: Viewer) -> str:
    """Take what was seen of a listed product."""
    rows = InspectedDevice.objects.filter(inspection=inspection, device__isnull=False)
    row = rows.filter(pk=entry.number("line")).first()
    if row is None:
        raise BadInput("There is no such product.", field="line", remedy="Open the page again.")
    serial = entry.text("serial", 80)
    seen = seen_of(_choice(Seen, entry, "seen"), row.listed_serial, serial)
    if seen is Seen.EXTRA or (seen is Seen.DIFFERENT and not serial):
        raise BadInput("Write the serial number that you see.", field="serial")
    values = {
        "seen": seen.value,
        "serial": serial if seen is Seen.DIFFERENT else "",
        "note": entry.text("note", 300),
    }
    words = f"“{row.get_seen_display()}” at {row.name}" if row.seen else ""
    conflict = _write(row, entry, values, actor, words)
    if not conflict:
        row.decision = Decision.OPEN.value if seen in DIFFERENCES else ""
        row.save(update_fields=["decision"])
    return conflict


def _extra(inspection: Inspection, entry: Entry, actor: Viewer) -> str:
    """Take a product that stands there and is on no list."""
    name = entry.text("name", 120)
    if not name:
        raise BadInput("Say what it is.", field="name")
    InspectedDevice.objects.create(
        provider_id=inspection.provider_id,
        customer_id=inspection.customer_id,
        inspection=inspection,
        name=name,
        product=entry.text("product", 161),
        room=entry.text("room", 80),
        seen=Seen.EXTRA.value,
        serial=entry.text("serial", 80),
        note=entry.text("note", 300),
        version=1,
        answered_at=_at(entry),
        answered_by_id=actor.membership_id,
        answered_name=actor.name[:120],
        decision=Decision.OPEN.value,
    )
    return ""


def _finish(inspection: Inspection, entry: Entry, actor: Viewer) -> str:
    """Take the signatures: the inspection is done."""
    closing = Closing(
        arrived_at=entry.instant("arrived"),
        left_at=entry.instant("left"),
        summary=entry.text("summary", 4000, several_lines=True),
        customer_name=entry.text("customer_name", 120),
        strokes=entry.body.get("strokes"),
        unsigned_why=entry.text("unsigned_why", 300),
        trip=entry.body.get("trip") is True,
    )
    done = finish_inspection(inspection=inspection, closing=closing, actor=actor)
    inspection.state, inspection.signed_name = done.state, done.signed_name
    return ""


TAKERS: dict[str, Callable[[Inspection, Entry, Viewer], str]] = {
    "answer": _answer,
    "serial": _serial,
    "extra": _extra,
    "finish": _finish,
}


def _write(line: Line, entry: Entry, values: dict[str, Any], actor: Viewer, before: str) -> str:
    """Write an answer to its line, unless somebody else answered it since."""
    outcome = outcome_of(
        seen=entry.number("version"),
        version=line.version,
        is_own_later=_is_own_later(line, entry, actor),
        is_equal=all(getattr(line, name) == value for name, value in values.items()),
    )
    if outcome is Outcome.CONFLICT:
        return f"{line.answered_name} wrote {before} while your phone was away."[:300]
    for name, value in values.items():
        setattr(line, name, value)
    line.version += 1
    line.answered_at, line.answered_name = _at(entry), actor.name[:120]
    line.answered_by_id = actor.membership_id
    line.save(update_fields=[*values, "version", "answered_at", "answered_name", "answered_by"])
    return ""


def _is_own_later(line: Line, entry: Entry, actor: Viewer) -> bool:
    is_own = line.answered_by_id is not None and line.answered_by_id == actor.membership_id
    return is_own and (line.answered_at is None or _at(entry) >= line.answered_at)


def _at(entry: Entry) -> datetime:
    # A phone whose clock is ahead would keep others from answering after it.
    return min(entry.written_at, database_now())


def _choice(choices: Any, entry: Entry, name: str) -> Any:
    try:
        return choices(entry.text(name, 20))
    except ValueError:
        raise BadInput("Choose one of the answers.", field=name) from None
