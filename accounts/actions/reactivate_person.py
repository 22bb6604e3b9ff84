"""Open a person's access again."""

from __future__ import annotations

from accounts.audit import record
from accounts.authority import require_manages
from accounts.models import Membership
from accounts.room import Resource, make_room
from accounts.viewer import Viewer


def reactivate_person(*, person: Membership, actor: Viewer) -> Membership:
    """Let a person in again, in the role they had. Raises NotAllowed, PlanFull."""
    require_manages(actor, person.customer_id)
    person = Membership.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.is_active:
        return person
    if person.customer_id is None:
        make_room(Resource.STAFF, actor=actor)
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(actor, "person.reactivated", person, id=person.pk)
    return person
