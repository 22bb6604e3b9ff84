"""Addresses of tickets in the API."""

from django.urls import path

from accounts.api_writes import view_of as view_of_write
from tickets.api.copies import WatchersView
from tickets.api.deadlines import DeadlinesView
from tickets.api.labour import CoverView, LabourView
from tickets.api.labour_writing import ISSUING
from tickets.api.labour_writing import VERBS as ON_LABOUR
from tickets.api.reports import PromisesView, ReportsView
from tickets.api.statements import (
    StatementCsvView,
    StatementLinesView,
    StatementPdfView,
    StatementsView,
)
from tickets.api.talk import CallsView, MessagesView, NotesView, RepliesView
from tickets.api.tickets import TicketsView, TicketView
from tickets.api.verbs import VERBS, view_of

# References come as any text: what is not canonical is answered like what is absent.
TICKET = "tickets/<str:reference>"

urlpatterns = [
    path("tickets", TicketsView.as_view(), name="api_tickets"),
    path(TICKET, TicketView.as_view(), name="api_ticket"),
    path(f"{TICKET}/deadlines", DeadlinesView.as_view(), name="api_deadlines"),
    path(f"{TICKET}/messages", MessagesView.as_view(), name="api_messages"),
    path(f"{TICKET}/replies", RepliesView.as_view(), name="api_replies"),
    path(f"{TICKET}/watchers", WatchersView.as_view(), name="api_watchers"),
    path(f"{TICKET}/notes", NotesView.as_view(), name="api_notes"),
    path(f"{TICKET}/labour", LabourView.as_view(), name="api_labour"),
    path("cover", CoverView.as_view(), name="api_cover"),
    path("reports", ReportsView.as_view(), name="api_reports"),
    path("reports/promises", PromisesView.as_view(), name="api_promises"),
    *(
        path(
            f"{TICKET}/labour/<str:entry_id>/actions/{verb}",
            view_of_write(write).as_view(),
            name=f"api_{write.name}",
        )
        for verb, write in ON_LABOUR.items()
    ),
    path("statements", view_of_write(ISSUING, StatementsView).as_view(), name="api_statements"),
    path("statements/<str:number>/csv", StatementCsvView.as_view(), name="api_statement_csv"),
    path("statements/<str:number>/pdf", StatementPdfView.as_view(), name="api_statement_pdf"),
    path("statements/<str:number>/lines", StatementLinesView.as_view(), name="api_statement_lines"),
    path(f"{TICKET}/calls", CallsView.as_view(), name="api_calls"),
    *(
        path(f"{TICKET}/actions/{verb.name}", view_of(verb).as_view(), name=f"api_{verb.name}")
        for verb in VERBS
    ),
]
