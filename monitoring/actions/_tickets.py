"""The ticket of an outage: opened, or joined where one of this device is still open."""

from __future__ import annotations

from datetime import datetime, tzinfo

from accounts.capabilities import Role
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.promised import Promised, promised_for, service_calendar
from contracts.sla import Priority
from monitoring.chain import behind
from monitoring.models import Check, Incident
from monitoring.notices import tell_outage, tell_uncovered
from monitoring.outage_words import again_text, opening_text, subject_of
from monitoring.rules import rules_of
from monitoring.siblings import wants_ticket
from monitoring.urgency import Affected, Urgency, urgency_of
from tickets.actions import TicketRequest, change_priority, open_ticket, report_on_ticket
from tickets.models import Kind, Ticket, Watcher
from tickets.states import LIVE

MONITOR = "MONITOR"


def promise_over(incident: Incident) -> Promised:
    """Return what is promised now for the device of an incident."""
    return promised_for(
        customer_id=incident.customer_id,
        site_id=incident.device.site_id,
        device_id=incident.device_id,
        at=database_now(),
    )


def covers_monitoring(promised: Promised) -> bool:
    """Is clause MONITOR among what is promised?"""
    clauses = promised.terms.clauses if promised.terms is not None else []
    return any(clause["code"] == MONITOR for clause in clauses)


def give_ticket(incident: Incident, promised: Promised, actor: Viewer) -> None:
    """Give an outage its ticket, and tell people; where nothing covers it, give staff a hint.

    The caller saves the incident.
    """
    check = incident.of_check
    if not wants_ticket(check):
        return
    if not incident.is_covered:
        tell_uncovered(incident)
        return
    incident.ticket = _still_open(incident)
    if incident.ticket is not None:
        say_again(incident, incident.confirmed_at, actor)
        raise_ticket(incident, incident, actor)
        return
    others = behind(check)
    urgency = _urgency(check, others, actor)
    incident.ticket = _open(incident, others, urgency, promised, actor)
    tell_outage(incident, incident.confirmed_at)


def say_again(incident: Incident, at: datetime, actor: Viewer) -> None:
    """Say in the ticket, and to people, that the equipment fails again."""
    if incident.ticket is None:
        return
    text = again_text(incident, at, now=database_now(), zone=zone_of(incident.ticket))
    report_on_ticket(ticket=incident.ticket, text=text, actor=actor)
    tell_outage(incident, at, again=True)


def raise_ticket(told: Incident, failed: Incident, actor: Viewer) -> None:
    """Make the ticket of an outage an emergency, if what failed now is one, and tell people."""
    if told.ticket is None or told.ticket.priority == Priority.EMERGENCY.value:
        return
    urgency = _urgency(failed.of_check, behind(failed.of_check), actor)
    if urgency.priority is not Priority.EMERGENCY:
        return
    told.ticket = change_priority(
        ticket=told.ticket, priority=urgency.priority, reason=urgency.reason, actor=actor
    )
    tell_outage(told, failed.confirmed_at)


def zone_of(ticket: Ticket) -> tzinfo:
    """Return the zone in which a ticket speaks of times: that of its contract's calendar."""
    return service_calendar(ticket.calendar_version_id).zone


def _still_open(incident: Incident) -> Ticket | None:
    """Return the open ticket of an earlier outage of the same device: it goes on there."""
    rows = Ticket.objects.filter(
        incidents__of_check__device=incident.of_check.device_id,
        state__in=[state.value for state in LIVE],
        reporter=None,
    )
    return rows.select_related("customer").order_by("-pk").first()


def _open(
    incident: Incident, others: list[Check], urgency: Urgency, promised: Promised, actor: Viewer
) -> Ticket:
    text = opening_text(incident, others, now=database_now(), zone=promised.calendar.zone)
    request = TicketRequest(
        kind=Kind.PROBLEM.value,
        subject=subject_of(incident),
        text=text,
        customer_id=incident.customer_id,
        reporter_id=None,
        priority=urgency.priority,
        priority_reason=urgency.reason,
        site_id=incident.device.site_id,
        device_id=incident.device_id,
    )
    ticket = open_ticket(request=request, actor=actor)
    ticket.customer = incident.customer
    _add_followers(ticket)
    return ticket


def _add_followers(ticket: Ticket) -> None:
    """Let the customer's administrators follow what nobody of them has reported."""
    people = Membership.objects.filter(
        customer_id=ticket.customer_id, role=Role.CUSTOMER_ADMIN.value, is_active=True
    )
    Watcher.objects.bulk_create(
        Watcher(
            provider_id=ticket.provider_id,
            customer_id=ticket.customer_id,
            ticket=ticket,
            membership=person,
        )
        for person in people
    )


def _urgency(check: Check, others: list[Check], actor: Viewer) -> Urgency:
    emergencies = rules_of(actor.provider_id).emergencies
    return urgency_of(
        check.opens, _affected(check), [_affected(one) for one in others], emergencies
    )


def _affected(check: Check) -> Affected:
    device = check.device
    return Affected(device.kind, device.get_kind_display(), check.kind)
