"""Cancel an inspection that is not made."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from upkeep.actions._inspections import checked_text, lock_inspection, move, set_look
from upkeep.inspecting.notices import tell_cancelled
from upkeep.inspections.states import Move
from upkeep.models import Inspection


@transaction.atomic
def cancel_inspection(*, inspection: Inspection, reason: str, actor: Viewer) -> Inspection:
    """Call an inspection off for this year of the contract; the customer reads why.

    Raises NotAllowed, BadInput without a reason, RuleBroken for one that is over.
    """
    actor.require(Capability.MANAGE_INSPECTIONS)
    reason = checked_text(reason, field="reason", limit=300, is_needed=True)
    inspection = lock_inspection(inspection)
    # What the contract owes stands on the customer's page from its planning on.
    is_known = inspection.agreed_at is not None or inspection.year_starts_on is not None
    move(inspection, Move.CANCEL)
    inspection.cancelled_at, inspection.reason = database_now(), reason
    set_look(inspection)
    inspection.save(update_fields=["state", "cancelled_at", "reason", "look_at"])
    record(actor, "inspection.cancelled", inspection, reason=reason)
    if is_known:
        tell_cancelled(inspection)
    return inspection
