"""Change what is known of a customer, or let a customer go."""

from __future__ import annotations

from accounts.actions.create_customer import refuse_taken_number
from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.room import Resource, make_room
from accounts.viewer import Viewer


def change_customer(
    *, customer: Customer, name: str, number: str, phone: str, is_active: bool, actor: Viewer
) -> Customer:
    """Save new master data. People of an inactive customer cannot sign in to it any more.

    Raises NotAllowed, PlanFull when an inactive one comes back, or BadInput when the number is
    taken.
    """
    actor.require(Capability.MANAGE_CUSTOMERS)
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    refuse_taken_number(number, provider_id=customer.provider_id, but=customer)
    new = {"name": name, "number": number, "phone": phone, "is_active": is_active}
    changed = {field: value for field, value in new.items() if getattr(customer, field) != value}
    if changed.get("is_active"):
        make_room(Resource.CUSTOMERS, actor=actor)
    for field, value in changed.items():
        setattr(customer, field, value)
    if changed:
        customer.save(update_fields=list(changed))
        record(actor, "customer.changed", customer, id=customer.pk, **changed)
    return customer
