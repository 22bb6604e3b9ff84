"""The equipment answers again: a note in the ticket, and a while in which it is watched."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.actions._tickets import zone_of
from monitoring.actions.join_tickets import is_untouched
from monitoring.models import Closing, Incident, IncidentKind
from monitoring.notices import tell_recovered
from monitoring.outage_words import PLANS, back_text
from monitoring.rules import rules_of
from tickets.actions import report_on_ticket

# How long what stands behind it has to be heard again, before it is looked at by itself.
CHILDREN_AFTER = timedelta(minutes=2)


def recover_incident(
    *, incident: Incident, at: datetime, calm_at: datetime | None, actor: Viewer
) -> Incident:
    """Write down that the equipment answers since `at`; the incident closes if that lasts.

    `calm_at` is when equipment that comes and goes has been stable for long enough: nothing is said
    of it before. What hangs on the incident is looked at soon.
    """
    actor.require(Capability.RUN_CLOCK)
    rules = rules_of(incident.provider_id)
    incident.recovered_at = max(at, incident.opened_at)
    incident.look_at = incident.recovered_at + rules.calm
    is_flapping = incident.kind == IncidentKind.FLAPPING
    if is_flapping and calm_at is not None:
        incident.look_at = max(incident.look_at, calm_at)
    incident.save(update_fields=["recovered_at", "look_at"])
    Incident.objects.open().filter(parent=incident, recovered_at=None).update(
        look_at=database_now() + CHILDREN_AFTER
    )
    if not is_flapping:
        say_recovered(incident, at, rules.closing, actor)
    record(actor, "incident.recovered", incident)
    return incident


def say_recovered(incident: Incident, at: datetime, closing: Closing, actor: Viewer) -> None:
    """Say in the ticket, and to people, that the equipment answers again."""
    ticket = incident.ticket
    if ticket is None:
        return
    will_close = closing is Closing.ALWAYS or is_untouched(ticket)
    plan = PLANS[closing] if ticket.is_live and will_close else ""
    text = back_text(incident, at, plan, now=database_now(), zone=zone_of(ticket))
    report_on_ticket(ticket=ticket, text=text, actor=actor)
    tell_recovered(incident, at, plan)
