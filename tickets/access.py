"""From a reference to a ticket, or 404: what belongs to somebody else looks like what is absent."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from calcom_portal.common.prepared import prepared
from tickets.models import Attachment, LabourEntry, Statement, Ticket
from tickets.page_parts import marked


def access_ticket(viewer: Viewer, reference: str) -> Ticket:
    """Return a ticket with what its page needs. Raises Missing."""
    ticket = _with_reference.one(reference)
    if ticket is None or not _sees(viewer, ticket):
        raise Missing("There is no such ticket.", remedy="Look for it in the list of tickets.")
    return ticket


def _sees(viewer: Viewer, ticket: Ticket) -> bool:
    """Say of one ticket what `visible_to` says of many."""
    if ticket.provider_id != viewer.provider_id:
        return False
    if viewer.is_customer and ticket.customer_id != viewer.customer_id:
        return False
    return viewer.limit is None or viewer.limit.reaches_ticket(
        reporter_id=ticket.reporter_id, site_id=ticket.site_id
    )


@prepared
def _with_reference(reference: str) -> QuerySet[Ticket]:
    return marked(Ticket.objects.with_names().filter(reference=reference))


def access_labour(viewer: Viewer, reference: str, entry_id: int) -> LabourEntry:
    """Return an entry of labour of a ticket. Raises Missing."""
    ticket = access_ticket(viewer, reference)
    rows = LabourEntry.objects.select_related("ticket__customer", "device")
    entry: LabourEntry | None = rows.filter(ticket_id=ticket.pk, pk=entry_id).first()
    if entry is None:
        raise Missing("There is no such labour.", remedy="Look for it on the ticket's page.")
    return entry


def access_statement(viewer: Viewer, number: str) -> Statement:
    """Return an issued statement; customers reach their own. Raises Missing."""
    rows = statements_of(viewer).filter(number=number)
    statement: Statement | None = rows.first()
    if statement is None:
        raise Missing(
            "There is no such statement.", remedy="Look for it in the list of statements."
        )
    return statement


def statements_of(viewer: Viewer) -> QuerySet[Statement]:
    """Return the statements that the viewer may see."""
    rows = Statement.objects.filter(provider_id=viewer.provider_id)
    return rows.filter(customer_id=viewer.own_customer_id) if viewer.is_customer else rows


def access_attachment(viewer: Viewer, reference: str, attachment_id: int) -> Attachment:
    """Return a file of a ticket. Files of internal notes are the staff's only. Raises Missing."""
    ticket = access_ticket(viewer, reference)
    rows = Attachment.objects.filter(ticket_id=ticket.pk, pk=attachment_id)
    if viewer.is_customer:
        rows = rows.filter(internal=False)
    attachment: Attachment | None = rows.first()
    if attachment is None:
        raise Missing("There is no such file.", remedy="Look for it on the ticket's page.")
    return attachment
