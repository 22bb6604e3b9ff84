"""Add a place of a customer."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.models import Site


def create_site(
    *, customer: Customer, name: str, address: str = "", zone: str, actor: Viewer
) -> Site:
    """Create a site. Raises NotAllowed, and BadInput when the customer has one of that name."""
    actor.require(Capability.MANAGE_DEVICES)
    refuse_taken_name(customer.pk, name)
    site: Site = Site.objects.create(
        provider_id=actor.provider_id, customer=customer, name=name, address=address, zone=zone
    )
    record(actor, "site.created", site, id=site.pk, customer=customer.pk)
    return site


def refuse_taken_name(customer_id: int, name: str, *, but: Site | None = None) -> None:
    """Raise BadInput if another site of the customer has the name."""
    rows = Site.objects.filter(customer_id=customer_id, name=name)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if rows.exists():
        raise BadInput(
            f"The customer has a site “{name}” already.",
            field="name",
            remedy="Choose a name that tells the two apart.",
        )
