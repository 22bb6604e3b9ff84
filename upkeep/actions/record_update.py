"""An update that a technician did at the device, with the evidence of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import database_now
from tickets.actions import add_note, report_on_ticket
from tickets.text import checked_line, checked_text
from upkeep.actions._campaigns import hurry, lock_update
from upkeep.firmware.versions import compare
from upkeep.models import FirmwareUpdate, UpdateState
from upkeep.seen import see_version
from upkeep.updating.facts import BY_HAND, write_fact

WORKER = "Firmware"
# Those that the portal could not end well may be ended by a person.
RECORDABLE = (
    UpdateState.BY_HAND,
    UpdateState.FAILED,
    UpdateState.ROLLED_BACK,
    UpdateState.STUCK,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a technician saw: the versions before and after, in words, with files if there are."""

    before: str
    after: str
    words: str
    files: Sequence[IncomingFile] = field(default=(), repr=False)


@transaction.atomic
def record_update(*, update: FirmwareUpdate, evidence: Evidence, actor: Viewer) -> FirmwareUpdate:
    """Write down that a device was updated by hand, and what it runs now.

    Its ticket asks for a fresh backup before it is resolved, as for every service. Raises
    NotAllowed; RuleBroken unless it is to be done by hand; BadInput naming the field.
    """
    actor.require(Capability.WORK_TICKETS)
    before = checked_line(evidence.before, field="before", what="The version before", limit=80)
    after = checked_line(evidence.after, field="after", what="The version after", limit=80)
    words = checked_text(evidence.words, field="words", what="The evidence", limit=2000)
    update = lock_update(update, *RECORDABLE)
    _refuse_older(update, after)
    now = database_now()
    update.state, update.ended_at = UpdateState.UPDATED.value, now
    update.begun_at = update.begun_at or now
    update.former, update.evidence = before, words
    update.done_by_id, update.look_at, update.token = actor.membership_id, None, ""
    update.save(
        update_fields=[
            *("state", "ended_at", "begun_at", "former", "evidence"),
            *("done_by", "look_at", "token"),
        ]
    )
    write_fact(update, BY_HAND, is_well=True, words=f"By {actor.name}: {before} to {after}.")
    see_version(update.device, after, source=f"Updated by {actor.name}", at=now)
    if update.ticket is not None:
        worker = Viewer.system(WORKER, provider_id=update.provider_id)
        told = f"{update.device.name} runs {after} now; before it was {before}."
        report_on_ticket(ticket=update.ticket, text=told, actor=worker)
        add_note(ticket=update.ticket, text=words, files=evidence.files, actor=actor)
    record(actor, "update.recorded", update, id=update.pk, files=len(evidence.files))
    hurry()
    return update


def _refuse_older(update: FirmwareUpdate, after: str) -> None:
    vendor = update.campaign.release.product_model.vendor
    order = compare(vendor, after, update.target)
    if order is not None and order < 0:
        raise BadInput(
            f"{after} is older than {update.target}, which it was to get.",
            field="after",
            remedy="Update the device first, or leave it out of the campaign.",
        )
