"""Closing the row of an incident, with the customer locked: the follower holds it as well."""

from __future__ import annotations

from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.models import Incident


def end(incident: Incident, actor: Viewer | None, note: str) -> None:
    """Write the end of an incident; by nobody when it ended by itself."""
    incident.closed_at, incident.look_at = database_now(), None
    incident.closed_by_id = actor.membership_id if actor else None
    incident.closing_note = note[:240]
    incident.save(
        update_fields=["closed_at", "look_at", "closed_by", "closing_note", "recovered_at"]
    )
    if incident.parent_id is not None:
        _wake_root(incident.parent_id)


def _wake_root(root_id: int) -> None:
    """Have an outage looked at that only waited for the other checks of its device."""
    waiting = Incident.objects.open().filter(pk=root_id, recovered_at=None, look_at__isnull=False)
    waiting.update(look_at=database_now())


def lock_customer(customer_id: int) -> None:
    """Wait for whoever works on an outage of a customer: the follower, or one of us."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
