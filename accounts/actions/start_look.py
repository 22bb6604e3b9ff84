"""See the portal as one of a customer's people does."""

from __future__ import annotations

from datetime import timedelta

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Look, Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.tenancy import database_now

LASTS = timedelta(minutes=30)


def start_look(*, person: Membership, actor: Viewer) -> Look:
    """Begin a look of 30 minutes at what one of a customer's people sees.

    Raises NotAllowed, also for API keys, or RuleBroken for somebody who could not sign in
    themselves.
    """
    actor.require(Capability.VIEW_AS_CUSTOMER)
    if actor.scopes is not None or actor.membership_id is None:
        raise NotAllowed("An API key sees with nobody else's eyes.", remedy="Use the browser.")
    if person.customer is None:
        raise RuleBroken(
            f"{person.name} is one of your own people.", remedy="Choose somebody of a customer."
        )
    if not person.is_active or not person.customer.is_active:
        raise RuleBroken(
            f"{person.name} cannot sign in and so sees nothing.",
            remedy="Choose somebody whose access is open.",
        )
    now = database_now()
    look: Look = Look.objects.create(
        provider_id=actor.provider_id,
        customer=person.customer,
        staff_id=actor.membership_id,
        person=person,
        started_at=now,
        ends_at=now + LASTS,
    )
    record(actor, "look.started", person, id=look.pk, customer=person.customer.name)
    return look
