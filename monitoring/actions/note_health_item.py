"""Write a technician's words beside a line of a health check."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from monitoring.actions._review import lock_item
from monitoring.models import HealthItem

LONGEST_NOTE = 1_000


@transaction.atomic
def note_health_item(*, item: HealthItem, note: str, actor: Viewer) -> HealthItem:
    """Keep a note, which the customer reads; an empty one takes it away.

    Raises NotAllowed, BadInput naming `note`, RuleBroken once the report is signed.
    """
    actor.require(Capability.SIGN_HEALTH_CHECKS)
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"A note has at most {LONGEST_NOTE:,} characters.", field="note")
    item = lock_item(item)
    item.note = note
    item.save(update_fields=["note"])
    record(actor, "health.noted", item.health_check, item=item.code)
    return item
