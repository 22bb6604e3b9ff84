"""Another check of a device that has an outage already fails: one incident, one ticket."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.actions._tickets import raise_ticket, zone_of
from monitoring.models import Incident
from monitoring.outage_words import beside_text
from monitoring.siblings import wants_ticket
from tickets.actions import report_on_ticket


def join_outage(*, incident: Incident, root: Incident, cause: str, actor: Viewer) -> Incident:
    """Let what hangs on an outage of its own device say why, and count in its ticket.

    The first time it fails there, the ticket says so, and becomes an emergency if that is one.
    """
    actor.require(Capability.RUN_CLOCK)
    incident.cause = cause[:240]
    incident.save(update_fields=["cause"])
    before = Incident.objects.filter(parent=root, of_check=incident.of_check_id)
    if before.exclude(pk=incident.pk).exists():
        return incident
    if root.ticket is not None and root.ticket.is_live and wants_ticket(incident.of_check):
        text = beside_text(incident, now=database_now(), zone=zone_of(root.ticket))
        report_on_ticket(ticket=root.ticket, text=text, actor=actor)
        raise_ticket(root, incident, actor)
    record(actor, "incident.joined", incident, check=incident.of_check_id, root=root.pk)
    return incident
