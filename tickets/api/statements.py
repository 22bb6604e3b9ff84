"""Issued statements in the API: reading them, as lines and as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import InstantField
from calcom_portal.common.api.keysets import BY_ID, NEWEST, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.downloads import PDF, download
from tickets.access import access_statement, statements_of
from tickets.api.inputs import StatementQuery
from tickets.api.labour import LINE, LabourLineShape
from tickets.models import Statement, StatementLineKind
from tickets.statement_files import csv_of, pdf_of

READ = "contracts:read"
BYTES = "application/octet-stream"


class TotalShape(serializers.Serializer[Any]):
    """Sums in one currency."""

    currency = serializers.CharField()
    worth = serializers.CharField()
    covered = serializers.CharField()
    due = serializers.CharField()


class StatementShape(serializers.Serializer[Any]):
    """A statement as it was issued."""

    number = serializers.CharField()
    month = serializers.DateField(help_text="Its first day.")
    customer = Named()
    line_count = serializers.IntegerField()
    totals = TotalShape(many=True)
    issued_at = InstantField()


class StatementLineShape(LabourLineShape):
    """A line as it was issued; what is taken back has amounts below zero."""

    id = serializers.CharField(source="stable_id", help_text="Never changes: for accounting.")
    kind = serializers.ChoiceField(StatementLineKind.values)
    ticket = serializers.CharField(source="ticket_reference")
    subject = serializers.CharField()
    device = serializers.CharField(source="device_name")
    technician = serializers.CharField(source="technician_name")
    day = serializers.DateField()
    note = serializers.CharField()
    contract = serializers.CharField(source="contract_number")


class StatementPage(serializers.Serializer[Any]):
    """Some statements, and where the next ones are."""

    items = StatementShape(many=True)
    next = serializers.URLField(allow_null=True)


class StatementLinePage(serializers.Serializer[Any]):
    """Some lines, and where the next ones are."""

    items = StatementLineShape(many=True)
    next = serializers.URLField(allow_null=True)


STATEMENT = {
    "number": "ST-1001",
    "month": "2026-06-01",
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "line_count": 2,
    "totals": [{"currency": "USD", "worth": "190.00", "covered": "95.00", "due": "95.00"}],
    "issued_at": "2026-07-02T16:00:00.000000Z",
}
LINE_OF_STATEMENT = LINE | {
    "id": "ST-1001-0001",
    "kind": "work",
    "ticket": "CC-1042",
    "subject": "No dial tone at front desk",
    "device": "Main phone system",
    "technician": "Dana Okafor",
    "day": "2026-06-17",
    "note": "Card reseated",
    "contract": "CT-2001",
}


def _file(name: str, summary: str, kind: str, words: str) -> Callable[..., Any]:
    """Describe an operation that hands a file out."""
    return extend_schema(
        operation_id=name,
        summary=summary,
        tags=["statements"],
        responses={(200, kind): OpenApiResponse(OpenApiTypes.BINARY, words)},
    )


class StatementsView(PortalView):
    """What was issued."""

    scopes = {"GET": READ}
    query = StatementQuery

    @extend_schema(
        operation_id="statements_list",
        summary="List statements",
        description="Newest first. For administrators of a customer, and of the provider.",
        tags=["statements"],
        parameters=[StatementQuery],
        responses=StatementPage,
        examples=[
            OpenApiExample("A page", {"items": [STATEMENT], "next": None}, response_only=True)
        ],
    )
    def get(self, request: Request) -> Response:
        """List."""
        viewer = viewer_in(request)
        viewer.require(Capability.SEE_STATEMENTS)
        rows = statements_of(viewer).select_related("customer")
        if customer := self.asked.get("customer"):
            rows = rows.filter(customer_id=customer)
        items, following = page_of(request, rows, NEWEST, self.asked)
        return Response({"items": StatementShape(items, many=True).data, "next": following})


class StatementLinesView(PortalView):
    """The lines of one statement."""

    scopes = {"GET": READ}
    query = PageQuery

    @extend_schema(
        operation_id="statements_lines",
        summary="List the lines of a statement",
        description="In the statement's order, each with an id that never changes.",
        tags=["statements"],
        parameters=[PageQuery],
        responses=StatementLinePage,
        examples=[
            OpenApiExample(
                "A page", {"items": [LINE_OF_STATEMENT], "next": None}, response_only=True
            )
        ],
    )
    def get(self, request: Request, number: str) -> Response:
        """List."""
        viewer = viewer_in(request)
        viewer.require(Capability.SEE_STATEMENTS)
        rows = access_statement(viewer, number).lines.select_related("statement")
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": StatementLineShape(items, many=True).data, "next": following})


class StatementFileView(PortalView):
    """A statement as a file. `make` writes it."""

    scopes = {"GET": READ}

    def get(self, request: Request, number: str) -> HttpResponse:
        """Hand out."""
        viewer = viewer_in(request)
        viewer.require(Capability.SEE_STATEMENTS)
        found = access_statement(viewer, number)
        lines = found.lines.order_by("position").select_related("statement")
        return self.made(found, lines, viewer)

    def made(self, found: Statement, lines: QuerySet[Any], viewer: Viewer) -> HttpResponse:
        """Return the file."""
        raise NotImplementedError


class StatementCsvView(StatementFileView):
    """Its lines for accounting."""

    @_file("statements_csv", "Download a statement for accounting", BYTES, "CSV, one row a line.")
    def get(self, request: Request, number: str) -> HttpResponse:
        """Hand out."""
        return super().get(request, number)

    def made(self, found: Statement, lines: QuerySet[Any], viewer: Viewer) -> HttpResponse:
        """Return the rows."""
        return download(csv_of(lines), name=f"{found.number}.csv", media_type="text/csv")


class StatementPdfView(StatementFileView):
    """The document for the customer."""

    @_file("statements_pdf", "Download a statement as a document", PDF, "A tagged PDF.")
    def get(self, request: Request, number: str) -> HttpResponse:
        """Hand out."""
        return super().get(request, number)

    def made(self, found: Statement, lines: QuerySet[Any], viewer: Viewer) -> HttpResponse:
        """Return the document."""
        data = pdf_of(found, lines, ZoneInfo(viewer.zone))
        return download(data, name=f"{found.number}.pdf", media_type=PDF)
