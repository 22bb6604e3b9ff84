"""The end of an outage by itself: the equipment has worked long enough."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.actions._ending import end
from monitoring.actions.join_tickets import is_untouched
from monitoring.models import Closing, Incident, IncidentKind
from monitoring.notices import tell_recovered
from monitoring.outage_words import closed_text
from monitoring.rules import rules_of
from tickets.actions import close_recovered

NOT_ASKED = "It is not asked any more."


def end_incident(*, incident: Incident, actor: Viewer) -> Incident:
    """Close an incident whose equipment kept working, and by the provider's rule its ticket.

    Closing the ticket is no response: a promise that nobody has kept yet is not judged, and one
    that is late stays missed.
    """
    actor.require(Capability.RUN_CLOCK)
    end(incident, None, "")
    ticket = incident.ticket
    closing = rules_of(incident.provider_id).closing
    may_close = closing is Closing.ALWAYS or (
        closing is Closing.UNTOUCHED and ticket is not None and is_untouched(ticket)
    )
    if incident.kind == IncidentKind.FLAPPING and incident.recovered_at is not None:
        tell_recovered(incident, incident.recovered_at, "")
    if ticket is not None and ticket.is_live and may_close and not _needed_by_another(incident):
        close_recovered(ticket=ticket, text=closed_text(incident), actor=actor)
    record(actor, "incident.ended", incident)
    return incident


def let_go(*, incident: Incident, actor: Viewer) -> Incident:
    """Close an incident whose check is asked no more: paused, or its device out of service.

    Its ticket stays. What hangs on it is looked at next: that may stand alone from then on.
    """
    actor.require(Capability.RUN_CLOCK)
    children = Incident.objects.open().filter(parent=incident, recovered_at=None)
    children.update(look_at=database_now())
    end(incident, None, NOT_ASKED)
    record(actor, "incident.ended", incident, why=NOT_ASKED)
    return incident


def end_child(*, incident: Incident, actor: Viewer) -> Incident:
    """Close an incident that hung on another: its equipment can be reached again."""
    actor.require(Capability.RUN_CLOCK)
    incident.recovered_at = incident.recovered_at or database_now()
    end(incident, None, "")
    return incident


def _needed_by_another(incident: Incident) -> bool:
    """Does another outage that still goes on have the same ticket?"""
    rows = Incident.objects.open().filter(ticket=incident.ticket_id, parent=None)
    return rows.exclude(pk=incident.pk).exists()
