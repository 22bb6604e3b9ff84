"""What is told about tickets: the kinds, and the words that a notice carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.viewer import Viewer
from contracts.sla import Metric, Priority
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_along, queue_notices
from tickets.models import Fact, Ticket
from tickets.people import without

GROUP = "Tickets"
CLOCKS = "Deadlines"


def _kind(code: str, title: str, audience: Audience, group: str = GROUP) -> NoticeKind:
    return NoticeKind(code, title, group, f"tickets/mail/{code}", audience=audience)


OPENED = _kind("ticket_opened", "A ticket was opened", Audience.STAFF)
RECEIVED = _kind("ticket_received", "We received your report", Audience.CUSTOMERS)
REPLIED = _kind("ticket_replied", "A ticket was answered", Audience.EVERYONE)
HELD = _kind("ticket_held", "A ticket waits for somebody", Audience.EVERYONE)
PRIORITY_LOWERED = _kind("priority_lowered", "A priority was lowered", Audience.CUSTOMERS)
RESOLVED = _kind("ticket_resolved", "A ticket was resolved", Audience.EVERYONE)
CLOSED = _kind("ticket_closed", "A ticket was closed without being resolved", Audience.CUSTOMERS)
REOPENED = _kind("ticket_reopened", "A ticket was reopened", Audience.EVERYONE)
MERGED = _kind("ticket_merged", "A ticket was merged into another", Audience.EVERYONE)
SCHEDULED = _kind("ticket_scheduled", "A visit or a change was scheduled", Audience.EVERYONE)
ASSIGNED = _kind("ticket_assigned", "A ticket was given to you", Audience.STAFF)
CONTACT_CHANGED = _kind("contact_changed", "You became the contact of a ticket", Audience.CUSTOMERS)
LABOUR_QUERIED = _kind("labour_queried", "A customer asks about labour", Audience.STAFF)
LABOUR_ANSWERED = _kind("labour_answered", "Your question about labour", Audience.CUSTOMERS)
APPROVAL_NEEDED = _kind("approval_needed", "A change waits for your approval", Audience.CUSTOMERS)
APPROVED = _kind("change_approved", "A change was approved", Audience.EVERYONE)
WARNING = _kind("clock_warning", "A deadline comes near", Audience.STAFF, CLOCKS)
BREACHED = NoticeKind(
    "clock_breached",
    "A deadline was missed",
    CLOCKS,
    "tickets/mail/clock_breached",
    critical=True,
    audience=Audience.STAFF,
)
KINDS = (
    *(OPENED, RECEIVED, REPLIED, HELD, PRIORITY_LOWERED, RESOLVED, CLOSED, REOPENED),
    *(
        MERGED,
        SCHEDULED,
        ASSIGNED,
        CONTACT_CHANGED,
        APPROVAL_NEEDED,
        APPROVED,
        LABOUR_QUERIED,
        LABOUR_ANSWERED,
    ),
    *(WARNING, BREACHED),
)

METRIC_WORDS = {Metric.RESPOND.value: "an answer", Metric.RESOLVE.value: "a solution"}
PRIORITY_LABELS = {
    Priority.EMERGENCY.value: "Emergency",
    Priority.MINOR.value: "Minor problem",
}


def tell(
    kind: NoticeKind,
    ticket: Ticket,
    recipients: Iterable[int],
    actor: Viewer,
    fact: Fact,
    **words: object,
) -> None:
    """Queue a notice about what `fact` records. Nobody is told of their own act.

    The payload holds all that the mail will say, as it is now; instants are given in ISO form.
    """
    payload = ticket_words(ticket, ticket.customer.name) | act_words(actor, fact) | words
    people = without(recipients, actor.membership_id)
    queue_notices(ticket.provider_id, drafts(kind, ticket, people, fact, payload))


def tell_opened(
    ticket: Ticket, desk: Iterable[int], actor: Viewer, fact: Fact, words: Mapping[str, str]
) -> None:
    """Tell the desk of a new ticket, and confirm it to the reporter, also when they opened it."""
    payload = ticket_words(ticket, words["customer"]) | act_words(actor, fact) | dict(words)
    reporter = [ticket.reporter_id] if ticket.reporter_id else []
    confirmation = drafts(RECEIVED, ticket, reporter, fact, payload)
    told = drafts(OPENED, ticket, without(desk, actor.membership_id), fact, payload)
    queue_along(ticket.provider_id, [*confirmation, *told])


def tell_approvers(
    ticket: Ticket, approvers: Iterable[int], actor: Viewer, fact: Fact, customer: str
) -> None:
    """Ask whoever is authorised for changes to approve a new one."""
    payload = ticket_words(ticket, customer) | act_words(actor, fact)
    people = without(approvers, actor.membership_id)
    queue_notices(ticket.provider_id, drafts(APPROVAL_NEEDED, ticket, people, fact, payload))


def drafts(
    kind: NoticeKind,
    ticket: Ticket,
    people: Iterable[int],
    fact: Fact,
    payload: dict[str, Any],
) -> list[NoticeDraft]:
    """Return one notice for each of `people`."""
    return [
        NoticeDraft(
            recipient_id=person,
            customer_id=ticket.customer_id,
            kind=kind.code,
            subject_ref=ticket.reference,
            payload=payload,
            # A fact without a number is that of opening (`begin_history`): a ticket has one.
            event_key=f"{kind.code}:{ticket.reference}:{fact.number or fact.kind}",
        )
        for person in people
    ]


def act_words(actor: Viewer, fact: Fact) -> dict[str, Any]:
    """Return who did it, and when."""
    return {"actor": actor.name, "from_staff": actor.is_staff, "at": fact.at.isoformat()}


def ticket_words(ticket: Ticket, customer_name: str) -> dict[str, Any]:
    """Return what every mail says about the ticket."""
    due = ticket.next_deadline_at
    return {
        "reference": ticket.reference,
        "subject": ticket.subject,
        "customer": customer_name,
        "priority": PRIORITY_LABELS[ticket.priority],
        "due": due.isoformat() if due else None,
        "due_for": METRIC_WORDS.get(ticket.next_metric, ""),
        "promise": ticket.promise_reason,
        **link_words(ticket.reference),
    }


def link_words(reference: str) -> dict[str, str]:
    """Return where a mail's button leads."""
    return {"url": f"/tickets/{reference}/", "url_label": f"Open ticket {reference}"}
