"""The equipment fails again before its outage was over."""

from __future__ import annotations

from datetime import datetime

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from monitoring.actions._tickets import say_again
from monitoring.models import Incident, IncidentKind
from monitoring.notices import tell_flapping
from monitoring.outage_words import flapping_text
from tickets.actions import report_on_ticket


def relapse_incident(
    *, incident: Incident, at: datetime, is_flapping: bool, actor: Viewer
) -> Incident:
    """Let the same incident, with the same ticket, go on.

    Equipment that comes and goes is told once; then there is silence until it has been stable.
    """
    actor.require(Capability.RUN_CLOCK)
    was_flapping = incident.kind == IncidentKind.FLAPPING
    incident.recovered_at = incident.look_at = None
    if is_flapping:
        incident.kind = IncidentKind.FLAPPING.value
    incident.save(update_fields=["recovered_at", "look_at", "kind"])
    if is_flapping and not was_flapping:
        _tell_once(incident, at, actor)
    elif not was_flapping:
        say_again(incident, at, actor)
    record(actor, "incident.relapsed", incident, flapping=is_flapping)
    return incident


def _tell_once(incident: Incident, at: datetime, actor: Viewer) -> None:
    if incident.ticket is not None:
        report_on_ticket(ticket=incident.ticket, text=flapping_text(incident), actor=actor)
        tell_flapping(incident, at)
