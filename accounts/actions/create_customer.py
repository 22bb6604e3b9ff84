"""Take on a customer."""

from __future__ import annotations

from django.db import connection

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.room import Resource, make_room
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now


def create_customer(*, name: str, number: str, phone: str = "", actor: Viewer) -> Customer:
    """Create a customer.

    Raises NotAllowed, PlanFull, or BadInput when the number is taken.
    """
    actor.require(Capability.MANAGE_CUSTOMERS)
    make_room(Resource.CUSTOMERS, actor=actor)
    refuse_taken_number(number, provider_id=actor.provider_id)
    customer: Customer = Customer.objects.create(
        provider_id=actor.provider_id,
        name=name,
        number=number,
        phone=phone,
        created_at=database_now(),
    )
    record(actor, "customer.created", customer, id=customer.pk, number=number)
    return customer


def refuse_taken_number(number: str, *, provider_id: int, but: Customer | None = None) -> None:
    """Raise BadInput if another customer has the number. Held until the transaction ends."""
    with connection.cursor() as cursor:
        key = f"customer number {provider_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    rows = Customer.objects.filter(number=number)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if taken := rows.first():
        raise BadInput(
            f"{taken.name} has the number {number} already.",
            field="number",
            remedy="Choose another number.",
        )
