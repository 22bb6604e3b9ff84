"""Addresses of the `tickets` app."""

from django.urls import URLPattern, path

from calcom_portal.common import converters  # noqa: F401 - registers <ref:…> and <id:…>
from tickets.views import (
    acts,
    labour,
    labour_acts,
    lists,
    queue,
    report,
    reports,
    statement_months,
    statements,
    ticket,
)

TICKET = "tickets/<ref:ref>/"

urlpatterns: list[URLPattern] = [
    path("", lists.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("queue/rows/", queue.queue_rows, name="queue_rows"),
    path("queue/claim/", queue.queue_claim, name="queue_claim"),
    path("queue/customers/", queue.queue_customers, name="queue_customers"),
    path("reports/", reports.reports, name="reports"),
    path("reports/promises.csv", reports.reports_csv, name="reports_csv"),
    path("reports/<id:customer_id>/", reports.report_customer, name="report_customer"),
    path(
        "reports/<id:customer_id>/promises.csv",
        reports.report_customer_csv,
        name="report_customer_csv",
    ),
    path("tickets/", lists.tickets, name="tickets"),
    path("tickets/new/", report.report, name="report"),
    path("tickets/new/cover/", report.report_cover, name="report_cover"),
    path(TICKET, ticket.ticket, name="ticket"),
    path(f"{TICKET}live/", ticket.ticket_live, name="ticket_live"),
    path(f"{TICKET}why/", ticket.ticket_explanation, name="ticket_explanation"),
    path(f"{TICKET}files/<id:pk>/", ticket.attachment, name="attachment"),
    path(f"{TICKET}reply/", ticket.write, {"mode": ticket.REPLY}, name="ticket_reply"),
    path(f"{TICKET}note/", ticket.write, {"mode": ticket.NOTE}, name="ticket_note"),
    path(f"{TICKET}time/", labour.log_time, name="ticket_time"),
    path(f"{TICKET}timer/start/", labour.timer_start, name="timer_start"),
    path(f"{TICKET}timer/discard/", labour.timer_discard, name="timer_discard"),
    path(f"{TICKET}labour/", labour.labour, name="ticket_labour"),
    *(
        path(
            f"{TICKET}labour/<id:entry_id>/{verb}/",
            labour_acts.labour_act,
            {"verb": verb},
            name=f"labour_{verb}",
        )
        for verb in labour_acts.ACTS
    ),
    path("statements/", statements.statements, name="statements"),
    path("statements/open/", statements.statement_open, name="statement_open"),
    path("statements/month/", statement_months.statement_month, name="statement_month"),
    path("statements/month.csv", statement_months.statement_export, name="statement_export"),
    path("statements/<ref:number>/", statements.statement, name="statement"),
    path("statements/<ref:number>.csv", statements.statement_csv, name="statement_csv"),
    path("statements/<ref:number>.pdf", statements.statement_pdf, name="statement_pdf"),
    path(f"{TICKET}unwatch/", acts.unwatch, name="ticket_unwatch"),
    *(
        path(f"{TICKET}{verb}/", acts.act, {"verb": verb}, name=f"ticket_{verb}")
        for verb in acts.ACTS
    ),
]
