"""Give a person another role."""

from __future__ import annotations

from accounts.audit import record
from accounts.authority import check_role, keep_one_admin, require_manages
from accounts.models import Membership
from accounts.viewer import Viewer


def change_role(*, person: Membership, role: str, actor: Viewer) -> Membership:
    """Change what a person may do, from the next click on.

    Raises NotAllowed, BadInput for a role of another kind of company, RuleBroken for the last
    administrator.
    """
    require_manages(actor, person.customer_id)
    chosen = check_role(role, person.customer_id)
    if person.role == chosen:
        return person
    keep_one_admin(person)
    person = Membership.objects.select_for_update().get(pk=person.pk)
    former, person.role = person.role, chosen.value
    person.save(update_fields=["role"])
    record(actor, "person.role_changed", person, id=person.pk, former=former, role=chosen)
    return person
