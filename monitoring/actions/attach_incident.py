"""What stands behind equipment that is down hangs on its incident."""

from __future__ import annotations

from datetime import datetime

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.actions._tickets import covers_monitoring, promise_over
from monitoring.models import Check, Incident
from monitoring.outage_words import own_kind


def attach_incident(
    *, check: Check, root: Incident, began_at: datetime, confirmed_at: datetime, actor: Viewer
) -> Incident:
    """Open an incident under that of the equipment before: no ticket, nobody is told."""
    actor.require(Capability.RUN_CLOCK)
    child = Incident(
        provider_id=check.provider_id,
        customer=check.customer,
        device=check.device,
        of_check=check,
        parent=root,
        kind=own_kind(check).value,
        cause=f"Reached through {root.device.name}, which is down."[:240],
        opened_at=min(began_at, confirmed_at),
        confirmed_at=confirmed_at,
    )
    child.is_covered = covers_monitoring(promise_over(child))
    child.save(force_insert=True)
    return child


def hang_on(*, incident: Incident, root: Incident, actor: Viewer) -> Incident:
    """Hang an outage that was told already on that of the equipment before, with what hangs on it.

    Its own ticket is looked at next: see `join_tickets`.
    """
    actor.require(Capability.RUN_CLOCK)
    # One level only: what hangs on a child would wait for its end, and a child ends untold.
    Incident.objects.open().filter(parent=incident).update(parent=root)
    incident.parent = root
    incident.look_at = database_now() if incident.ticket_id else None
    incident.save(update_fields=["parent", "look_at"])
    return incident
