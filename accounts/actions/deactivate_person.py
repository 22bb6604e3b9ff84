"""Close a person's access to a company."""

from __future__ import annotations

from accounts.audit import record
from accounts.authority import keep_one_admin, require_manages, require_successor
from accounts.handover import hand_over, held_by
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput


def deactivate_person(
    *, person: Membership, successor_id: int | None = None, actor: Viewer
) -> Membership:
    """Close the access at once: sessions and API keys look at the membership with each request.

    What the person wrote and did stays, under their name. What they have in hand goes to a
    colleague; with staff it may go back to the queue (None). Raises NotAllowed, RuleBroken for the
    last administrator, BadInput when the successor is missing or not a colleague.
    """
    require_manages(actor, person.customer_id)
    if not person.is_active:
        return person
    keep_one_admin(person, field="successor")
    person = Membership.objects.select_for_update(no_key=True).get(pk=person.pk)
    successor = require_successor(person, successor_id)
    if successor is None and person.customer_id is not None and held_by(person, 1):
        raise BadInput(
            f"{person.name} is the contact of open tickets.",
            field="successor",
            remedy="Choose a colleague who is told of them from now on.",
        )
    person.is_active = False
    person.save(update_fields=["is_active"])
    handed = hand_over(person, successor, actor)
    to = successor.name if successor else ""
    record(actor, "person.deactivated", person, id=person.pk, tickets=handed, to=to)
    return person
