"""What a customer's person said to an update by telephone, written down by one of ours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from tickets.stretches import to_the_minute
from tickets.text import checked_line
from upkeep.actions._campaigns import hurry
from upkeep.models import FirmwareConsent, FirmwareUpdate
from upkeep.updating.answers import ANSWERABLE, may_speak, newest_answers
from upkeep.updating.notices import tell_taken


@dataclass(frozen=True, slots=True)
class PhoneAnswer:
    """Yes or no, who of the customer's people said it, and when."""

    agreed: bool
    person_id: int
    said_at: datetime
    note: str = ""


@transaction.atomic
def take_answer(
    *, update: FirmwareUpdate, answer: PhoneAnswer, actor: Viewer
) -> list[FirmwareConsent]:
    """Write the answer down for all devices of the customer in the campaign that still wait.

    Whoever may answer is told, and may change it until a device's turn begins. Raises NotAllowed;
    RuleBroken where nothing can be answered any more; BadInput naming `person`, `said_at` or
    `note`.
    """
    actor.require(Capability.WORK_TICKETS)
    note = _checked_note(answer.note)
    person = may_speak(update.customer_id).filter(pk=answer.person_id).first()
    if person is None:
        raise BadInput(
            "This person may not agree to updates.",
            field="person",
            remedy="Choose one who is authorised for changes, or an administrator.",
        )
    updates = _still_open(update, person)
    _refuse_odd_time(update, updates, answer.said_at)
    given = [_row(one, answer, person, note, actor) for one in updates]
    FirmwareConsent.objects.bulk_create(given)
    tell_taken(given[0], updates)
    verb = "update.agreed" if answer.agreed else "update.declined"
    devices = [one.device_id for one in updates]
    record(actor, verb, updates[0], devices=devices, person=person.pk, by_telephone=True)
    hurry()
    return given


def _still_open(update: FirmwareUpdate, person: Membership) -> list[FirmwareUpdate]:
    rows = FirmwareUpdate.objects.filter(
        campaign=update.campaign_id,
        customer=update.customer_id,
        asks_consent=True,
        state__in=ANSWERABLE,
    ).select_related("campaign__release", "device__site")
    if person.site_limit is not None:
        # Whoever answers for some sites only says nothing about the others.
        rows = rows.filter(device__site__in=person.site_limit)
    if found := list(rows.order_by("pk")):
        return found
    raise RuleBroken(
        "There is nothing to answer any more.",
        remedy="Look at the page again: it has moved on.",
    )


def _refuse_odd_time(
    update: FirmwareUpdate, updates: Collection[FirmwareUpdate], said_at: datetime
) -> None:
    started_at = update.campaign.started_at
    if said_at > database_now():
        raise BadInput("This lies in the future.", field="said_at", remedy="Say when it was.")
    if started_at is not None and said_at < to_the_minute(started_at):
        raise BadInput(
            "This was before the customer was asked.", field="said_at", remedy="Say when it was."
        )
    newest = newest_answers([one.pk for one in updates]).values()
    # Entered once more with its own time, an answer that was typed wrongly is put right.
    later = [one for one in newest if (one.said_at or one.at) > said_at]
    if later:
        raise BadInput(
            f"{later[0].name} gave another answer after that.",
            field="said_at",
            remedy="Ask again, and write down what is said then.",
        )


def _checked_note(note: str) -> str:
    if not note.strip():
        return ""
    return checked_line(note, field="note", what="The note", limit=300)


def _row(
    update: FirmwareUpdate, answer: PhoneAnswer, person: Membership, note: str, actor: Viewer
) -> FirmwareConsent:
    return FirmwareConsent(
        provider_id=update.provider_id,
        customer_id=update.customer_id,
        update=update,
        agreed=answer.agreed,
        name=person.name[:120],
        given_by=person,
        note=note,
        at=database_now(),
        said_at=answer.said_at,
        taken_by_id=actor.membership_id,
        taken_name=actor.name[:120],
    )
