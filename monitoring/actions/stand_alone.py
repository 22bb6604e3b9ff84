"""The equipment before it works again, and this one still does not: an outage of its own."""

from __future__ import annotations

from datetime import datetime

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from monitoring.actions._tickets import covers_monitoring, give_ticket, promise_over
from monitoring.models import Incident
from monitoring.siblings import wants_ticket


def stand_alone(*, incident: Incident, at: datetime, cause: str, actor: Viewer) -> Incident:
    """Take an incident off the one that it hung on, give it a ticket and tell people.

    `at` is when its own outage was proven.
    """
    actor.require(Capability.RUN_CLOCK)
    former = incident.parent
    incident.parent, incident.look_at = None, None
    incident.cause = cause[:240]
    incident.confirmed_at = max(at, incident.opened_at)
    promised = promise_over(incident)
    incident.is_covered = covers_monitoring(promised)
    if former is not None and _carries_on(former, incident):
        incident.ticket = former.ticket
    else:
        give_ticket(incident, promised, actor)
    incident.save(
        update_fields=["parent", "look_at", "cause", "confirmed_at", "is_covered", "ticket"]
    )
    record(actor, "incident.opened", incident, check=incident.of_check_id, was_child=True)
    return incident


def _carries_on(former: Incident, incident: Incident) -> bool:
    """Was that an outage of the same device, whose ticket goes on although it was let go?"""
    return (
        former.device_id == incident.device_id
        and former.recovered_at is None
        and former.ticket is not None
        and former.ticket.is_live
        and wants_ticket(incident.of_check)
    )
