"""Closing an incident by hand."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from monitoring.actions._ending import end, lock_customer
from monitoring.models import Incident
from tickets.text import checked_line


def close_incident(*, incident: Incident, note: str, actor: Viewer) -> Incident:
    """Close an incident by hand, with a word on why; what hangs on it goes with it.

    The ticket stays as it is. The next outage opens a new incident. Raises RuleBroken when it is
    closed already, BadInput without a word.
    """
    actor.require(Capability.WORK_TICKETS)
    note = checked_line(note, field="note", what="The note", limit=240)
    incident = _locked(incident)
    if incident.closed_at is not None:
        raise RuleBroken("This incident is closed already.", remedy="Nothing is left to do.")
    for child in Incident.objects.open().filter(parent=incident).order_by("pk"):
        end(child, actor, note)
    end(incident, actor, note)
    record(actor, "incident.closed", incident, note=note)
    return incident


def _locked(incident: Incident) -> Incident:
    # The follower holds the customer while it works on one of its outages.
    lock_customer(incident.customer_id)
    rows = Incident.objects.select_related("device__site", "of_check", "ticket", "customer")
    found: Incident = rows.get(pk=incident.pk)
    return found
