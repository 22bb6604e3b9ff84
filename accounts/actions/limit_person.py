"""Say how much of their company somebody sees, and whether they approve changes."""

from __future__ import annotations

from accounts.allowances import Allowance, check_allowance
from accounts.audit import record
from accounts.authority import require_manages
from accounts.models import Membership
from accounts.viewer import Viewer


def limit_person(*, person: Membership, allowance: Allowance, actor: Viewer) -> Membership:
    """Change the limits of one of a customer's people, from their next click on.

    What they wrote and reported stays theirs. Raises NotAllowed, or BadInput as `check_allowance`.
    """
    require_manages(actor, person.customer_id)
    person = Membership.objects.select_for_update(no_key=True).get(pk=person.pk)
    names = check_allowance(allowance, person.role, person.customer_id)
    if Allowance.of(person) == allowance:
        return person
    former = Allowance.of(person)
    for column, value in allowance.columns.items():
        setattr(person, column, value)
    person.save(update_fields=list(allowance.columns))
    details = allowance.told(names) | {"former": former.told(names)}
    record(actor, "person.limited", person, id=person.pk, **details)
    return person
