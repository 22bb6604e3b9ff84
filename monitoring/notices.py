"""What is told about outages: the kinds, and the words that a notice carries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.capabilities import Role
from accounts.models import Membership
from contracts.sla import Priority
from monitoring.models import Incident
from monitoring.outage_words import title_of
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices
from tickets.models import Ticket
from tickets.notices import ticket_words
from tickets.people import customer_side, our_side

GROUP = "Monitoring"
HINTED = (Role.DISPATCHER.value, Role.PROVIDER_ADMIN.value)


def _kind(code: str, title: str, audience: Audience) -> NoticeKind:
    template = f"monitoring/mail/{code}"
    return NoticeKind(f"monitoring_{code}", title, GROUP, template, audience=audience)


OUTAGE = _kind("outage", "Monitored equipment does not answer", Audience.STAFF)
NOTICED = _kind("noticed", "We noticed that your equipment does not answer", Audience.CUSTOMERS)
RECOVERED = _kind("recovered", "Equipment answers again", Audience.EVERYONE)
FLAPPING = _kind("flapping", "Equipment comes and goes", Audience.STAFF)
UNCOVERED = _kind("uncovered", "Equipment without cover does not answer", Audience.STAFF)
KINDS = (OUTAGE, NOTICED, RECOVERED, FLAPPING, UNCOVERED)


def tell_outage(incident: Incident, at: datetime, *, again: bool = False) -> None:
    """Tell our side and the ticket's followers of an outage that has a ticket.

    An emergency asks for an acknowledgement: without one the ladder tells the next.
    """
    ticket = incident.ticket
    if ticket is None:
        return
    words = _words(incident) | {"again": again, "at": at.isoformat()}
    words |= {"reason": ticket.priority_reason}
    is_critical = ticket.priority == Priority.EMERGENCY.value
    ours = _drafts(OUTAGE, incident, our_side(ticket), at, words, critical=is_critical)
    theirs = _drafts(NOTICED, incident, _followers(incident, ticket), at, words)
    queue_notices(incident.provider_id, [*ours, *theirs])


def tell_recovered(incident: Incident, at: datetime, plan: str) -> None:
    """Tell the same people that the equipment answers again. `plan`: what becomes of the ticket."""
    ticket = incident.ticket
    if ticket is None:
        return
    words = _words(incident) | {"at": at.isoformat(), "plan": plan}
    people = dict.fromkeys([*our_side(ticket), *_followers(incident, ticket)])
    queue_notices(incident.provider_id, _drafts(RECOVERED, incident, people, at, words))


def tell_flapping(incident: Incident, at: datetime) -> None:
    """Tell our side once that the equipment comes and goes."""
    if incident.ticket is None:
        return
    words = _words(incident) | {"at": at.isoformat()}
    people = our_side(incident.ticket)
    queue_notices(incident.provider_id, _drafts(FLAPPING, incident, people, at, words))


def tell_uncovered(incident: Incident) -> None:
    """Tell who sells and plans that equipment without cover fails: an offer, not an emergency."""
    people = Membership.objects.filter(
        provider_id=incident.provider_id, role__in=HINTED, is_active=True
    )
    ids = people.order_by("pk").values_list("pk", flat=True)
    words = _words(incident)
    drafts = _drafts(UNCOVERED, incident, ids, incident.confirmed_at, words)
    queue_notices(incident.provider_id, drafts)


def _followers(incident: Incident, ticket: Ticket) -> list[int]:
    people = customer_side(ticket)
    rows = Membership.objects.filter(pk__in=people, customer_id=incident.customer_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _words(incident: Incident) -> dict[str, Any]:
    words: dict[str, Any] = {
        "title": title_of(incident),
        "device": incident.device.name,
        "site": incident.device.site.name,
        "customer": incident.customer.name,
        "check": incident.of_check.name,
        "cause": incident.cause,
        "since": incident.opened_at.isoformat(),
    }
    if incident.ticket is None:
        return words | {
            "url": f"/incidents/{incident.pk}/",
            "url_label": "See the incident",
        }
    return words | ticket_words(incident.ticket, incident.customer.name)


def _drafts(
    kind: NoticeKind,
    incident: Incident,
    people: Iterable[int],
    at: datetime,
    words: dict[str, Any],
    *,
    critical: bool = False,
) -> list[NoticeDraft]:
    subject = incident.ticket.reference if incident.ticket else incident.device.name[:40]
    return [
        NoticeDraft(
            recipient_id=person,
            customer_id=incident.customer_id,
            kind=kind.code,
            subject_ref=subject,
            payload=words,
            event_key=f"{kind.code}:{incident.pk}:{at.timestamp():.6f}",
            critical=critical,
        )
        for person in people
    ]
