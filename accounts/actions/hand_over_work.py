"""Give what somebody has in hand to a colleague, for a leave or another task."""

from __future__ import annotations

from accounts.audit import record
from accounts.authority import require_manages, require_successor
from accounts.handover import hand_over
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput


def hand_over_work(*, person: Membership, successor_id: int | None, actor: Viewer) -> int:
    """Move everything open from one person to another; return how many things.

    Staff's work may go back to the queue (None). Raises NotAllowed, or BadInput when the successor
    is missing or not a colleague.
    """
    require_manages(actor, person.customer_id)
    successor = require_successor(person, successor_id)
    if successor is None and person.customer_id is not None:
        raise BadInput("Choose who takes over.", field="successor", remedy="Choose a colleague.")
    handed = hand_over(person, successor, actor)
    to = successor.name if successor else ""
    record(actor, "person.handed_over", person, id=person.pk, tickets=handed, to=to)
    return handed
