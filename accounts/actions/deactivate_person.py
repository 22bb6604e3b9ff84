"""Close a person's access to a company."""

from __future__ import annotations

from accounts.audit import record
from accounts.authority import keep_one_admin, require_manages
from accounts.models import Membership
from accounts.viewer import Viewer


def deactivate_person(*, person: Membership, actor: Viewer) -> Membership:
    """Close the access at once: sessions and API keys look at the membership with each request.

    What the person wrote and did stays. Raises NotAllowed, or RuleBroken for the last
    administrator.
    """
    require_manages(actor, person.customer_id)
    if not person.is_active:
        return person
    keep_one_admin(person)
    person = Membership.objects.select_for_update().get(pk=person.pk)
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(actor, "person.deactivated", person, id=person.pk)
    return person
