"""A change that a technician made by hand, with the files before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from tickets.locks import lock_ticket
from tickets.models import Ticket
from tickets.text import checked_line
from upkeep.actions._changes import device_of, refuse_foreign
from upkeep.changing.sheets import keep_bytes
from upkeep.changing.telling import tell_recorded
from upkeep.models import Change, ChangeState

BY_HAND = "by_hand"
LONGEST_WORDS = 300
LARGEST_FILE = 512 * 1024
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class FilePair:
    """A file before and after, as the technician has it."""

    name: str
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)


@transaction.atomic
def record_change(
    *, ticket: Ticket, device_id: int, words: str, files: Sequence[FilePair], actor: Viewer
) -> Change:
    """Write down what was changed at a system that is not changed from here.

    Raises NotAllowed; Missing for a system of somebody else; RuleBroken for a ticket of another
    kind; BadInput naming `words`, `before` or `after`.
    """
    actor.require(Capability.WORK_TICKETS)
    words = checked_line(words, field="words", what="What was changed", limit=LONGEST_WORDS)
    _refuse_too_many(files)
    for pair in files:
        _refuse_odd(pair)
    ticket = lock_ticket(ticket)
    refuse_foreign(ticket)
    device, now = device_of(ticket, device_id), database_now()
    change = Change.objects.create(
        provider_id=ticket.provider_id,
        customer_id=ticket.customer_id,
        ticket=ticket,
        device=device,
        kind=BY_HAND,
        words=words,
        state=ChangeState.RECORDED.value,
        asked_by_id=actor.membership_id,
        asked_name=actor.name[:120],
        asked_at=now,
        begun_by_id=actor.membership_id,
        begun_at=now,
        ended_at=now,
    )
    for pair in files:
        keep_bytes(change, pair.name[:200], pair.before, pair.after)
    record(actor, "change.recorded", change, id=change.pk, files=len(files))
    tell_recorded(change)
    return change


def _refuse_too_many(files: Sequence[FilePair]) -> None:
    if len(files) > MOST_FILES:
        raise BadInput(
            f"These are {len(files)} files; a change keeps {MOST_FILES}.",
            field="before",
            remedy="Record the others as a change of their own.",
        )


def _refuse_odd(pair: FilePair) -> None:
    for name, data in (("before", pair.before), ("after", pair.after)):
        if len(data) > LARGEST_FILE:
            raise BadInput(
                f"{pair.name} is larger than {LARGEST_FILE // 1024} kB.",
                field=name,
                remedy="Bring it as a backup of the system instead.",
            )
    if pair.before == pair.after:
        raise BadInput("Both files are the same.", field="after", remedy="Choose the other one.")
