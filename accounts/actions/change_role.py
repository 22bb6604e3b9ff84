"""Give a person another role."""

from __future__ import annotations

from accounts.audit import record
from accounts.authority import check_role, keep_one_admin, require_manages
from accounts.capabilities import Role
from accounts.models import Membership
from accounts.viewer import Viewer


def change_role(*, person: Membership, role: str, actor: Viewer) -> Membership:
    """Change what a person may do, from the next click on.

    An administrator has no limits: they end with the new role. Raises NotAllowed, BadInput for a
    role of another kind of company, RuleBroken for the last administrator.
    """
    require_manages(actor, person.customer_id)
    chosen = check_role(role, person.customer_id)
    if person.role == chosen:
        return person
    keep_one_admin(person, field="role")
    person = Membership.objects.select_for_update(no_key=True).get(pk=person.pk)
    former, person.role = person.role, chosen.value
    if chosen is not Role.CUSTOMER_USER:
        person.site_limit, person.own_tickets_only = None, False
    person.save(update_fields=["role", "site_limit", "own_tickets_only"])
    record(actor, "person.role_changed", person, id=person.pk, former=former, role=chosen)
    return person
