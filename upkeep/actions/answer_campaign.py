"""The customer's answer to the updates of a campaign: yes or no, with a name."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.tenancy import database_now
from tickets.text import checked_line
from upkeep.actions._campaigns import hurry
from upkeep.models import FirmwareConsent, FirmwareUpdate
from upkeep.updating.answers import ANSWERABLE


def may_answer(viewer: Viewer) -> bool:
    """May the viewer agree to updates? Those authorised for changes, and administrators."""
    return viewer.is_customer and (
        viewer.may_approve_changes or viewer.can(Capability.MANAGE_COLLEAGUES)
    )


@transaction.atomic
def answer_campaign(
    *, updates: Sequence[FirmwareUpdate], agreed: bool, note: str = "", actor: Viewer
) -> list[FirmwareConsent]:
    """Write down what the customer says to updates of a campaign. The newest answer counts.

    A worker carries it into the updates within seconds. Raises NotAllowed for anybody who may not
    say so; RuleBroken where nothing can be answered any more; BadInput naming `note`.
    """
    if not may_answer(actor):
        raise NotAllowed(
            f"{actor.name} is not authorised to approve changes.",
            remedy="Ask an administrator of your company.",
        )
    note = checked_line(note, field="note", what="The note", limit=300) if note.strip() else ""
    open_ones = [one for one in updates if one.asks_consent and one.state in ANSWERABLE]
    if not open_ones:
        raise RuleBroken(
            "There is nothing to answer any more.",
            remedy="Look at the page again: it has moved on.",
        )
    now = database_now()
    given = [
        FirmwareConsent(
            provider_id=one.provider_id,
            customer_id=one.customer_id,
            update=one,
            agreed=agreed,
            name=actor.name[:120],
            given_by_id=actor.membership_id,
            note=note,
            at=now,
        )
        for one in open_ones
    ]
    FirmwareConsent.objects.bulk_create(given)
    verb = "update.agreed" if agreed else "update.declined"
    record(actor, verb, open_ones[0], devices=[one.device_id for one in open_ones])
    hurry()
    return given
