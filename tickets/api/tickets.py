"""Listing, reading and opening tickets."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiRequest, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.api_once import answered_once
from accounts.models import Customer
from accounts.submissions import Answer
from accounts.viewer import Viewer
from calcom_portal.common.api.conditions import is_known
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.keysets import Ordering, page_of
from calcom_portal.common.api.parsers import BoundedMultiPartParser, StrictJSONParser
from calcom_portal.common.api.schema import IDEMPOTENCY_KEY
from calcom_portal.common.api.serializers import read, shown
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import database_now
from contracts.sla import Priority
from tickets.actions import TicketRequest, open_ticket
from tickets.api.forms import TICKET as TICKET_PART
from tickets.api.forms import TicketWithFiles, files_of, ticket_of
from tickets.api.inputs import TicketInput, TicketQuery
from tickets.api.shapes import (
    OPENED,
    TICKET,
    OpenedShape,
    TicketShape,
    shown_ticket,
    shown_tickets,
    version_of,
)
from tickets.models import Kind, Ticket
from tickets.querysets import TicketQuerySet
from tickets.triage import REQUEST_REASON, Answers, Triage, triage

READ, WRITE = "tickets:read", "tickets:write"

ORDERINGS = {
    "-opened": Ordering("-opened", "number", is_descending=True),
    "opened": Ordering("opened", "number"),
    "-updated": Ordering("-updated", "changed_at", is_descending=True, is_instant=True),
    "updated": Ordering("updated", "changed_at", is_instant=True),
    "deadline": Ordering("deadline", "next_deadline_at", is_instant=True, may_be_empty=True),
}
FILTERS = {
    "state": "state",
    "priority": "priority",
    "kind": "kind",
    "customer": "customer_id",
    "device": "device_id",
    "assignee": "assignee_id",
    "opened_after": "opened_at__gt",
    "opened_before": "opened_at__lt",
    "updated_after": "changed_at__gt",
}


class TicketPage(serializers.Serializer[Any]):
    """Some tickets, and where the next ones are."""

    items = TicketShape(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last.")


class TicketsView(PortalView):
    """All tickets that the key's person may see."""

    scopes = {"GET": READ, "POST": WRITE}
    parser_classes = (StrictJSONParser, BoundedMultiPartParser)
    query = TicketQuery

    @extend_schema(
        operation_id="tickets_list",
        summary="List tickets",
        description="Newest first, unless ordered otherwise. Filters narrow down together.",
        tags=["tickets"],
        parameters=[TicketQuery],
        responses=TicketPage,
        examples=[OpenApiExample("A page", {"items": [TICKET], "next": None}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = _wanted(shown_tickets(viewer_in(request)), self.asked)
        items, following = page_of(request, rows, ORDERINGS[self.asked["ordering"]], self.asked)
        return Response({"items": TicketShape(items, many=True).data, "next": following})

    @extend_schema(
        operation_id="tickets_open",
        summary="Open a ticket",
        description="Starts the clocks under the promise that applies now. The answers decide the "
        "priority, as in the portal's own form. Send an Idempotency-Key, so that a repeat after a "
        "lost answer opens no second ticket. Files go along as multipart/form-data: the same JSON "
        "as the part `ticket`, and up to ten `files`.",
        tags=["tickets"],
        parameters=[IDEMPOTENCY_KEY],
        request={
            "application/json": TicketInput,
            "multipart/form-data": OpenApiRequest(
                TicketWithFiles, encoding={"ticket": {"contentType": "application/json"}}
            ),
        },
        responses={201: OpenApiResponse(OpenedShape, "Opened. `Location` is where to read it.")},
        examples=[
            OpenApiExample(
                "An emergency",
                {
                    "subject": "No dial tone at front desk",
                    "text": "Both front desk phones are dead.",
                    "device": 9,
                    "answers": {"handset": "dead", "how_many": "several"},
                },
                request_only=True,
            ),
            OpenApiExample("Opened", OPENED, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        """Open."""
        values = read(TicketInput, ticket_of(request))
        files = files_of(request, TICKET_PART)
        response = answered_once(request, lambda: _open(viewer_in(request), values, files))
        reference = response.data["reference"]
        response["Location"] = reverse("api_ticket", kwargs={"reference": reference})
        return response


class TicketView(PortalView):
    """One ticket."""

    scopes = {"GET": READ}

    @extend_schema(
        operation_id="tickets_read",
        summary="Read a ticket",
        description="With its ETag, for If-Match and If-None-Match.",
        tags=["tickets"],
        responses=TicketShape,
        examples=[OpenApiExample("A ticket", TICKET, response_only=True)],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Read."""
        ticket = shown_ticket(viewer_in(request), reference)
        etag = version_of(ticket)
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if is_known(request, etag):
            return Response(status=304, headers=headers)
        return Response(shown(TicketShape, ticket), headers=headers)


def _wanted(rows: TicketQuerySet[Ticket], asked: dict[str, Any]) -> TicketQuerySet[Ticket]:
    for name, lookup in FILTERS.items():
        if name in asked:
            rows = rows.filter(**{lookup: asked[name]})
    match asked.get("late"):
        case True:
            return rows.late(database_now())
        case False:
            return rows.exclude(pk__in=rows.model.objects.late(database_now()).values("pk"))
    return rows


def _open(viewer: Viewer, values: dict[str, Any], files: tuple[IncomingFile, ...]) -> Answer:
    request = _request(viewer, values, files)
    try:
        ticket = open_ticket(request=request, actor=viewer)
    except Missing as error:
        raise _not_offered(request, error) from error
    return Answer(201, shown(OpenedShape, ticket))


def _request(
    viewer: Viewer, values: dict[str, Any], files: tuple[IncomingFile, ...]
) -> TicketRequest:
    answers = Answers.from_dict(values.get("answers", {}))
    decided = _triage(viewer, values, answers)
    return TicketRequest(
        kind=values["kind"],
        subject=values["subject"],
        text=values["text"],
        customer_id=_customer(viewer, values),
        reporter_id=_reporter(viewer, values),
        site_id=values.get("site"),
        device_id=values.get("device"),
        priority=decided.priority,
        priority_reason=decided.reason,
        answers=answers.to_dict(),
        files=files,
        wanted_from=values.get("wanted_from"),
        wanted_to=values.get("wanted_to"),
    )


def _customer(viewer: Viewer, values: dict[str, Any]) -> int:
    if viewer.is_customer:
        customer_id: int = values.get("customer", viewer.own_customer_id)
        return customer_id
    if "customer" not in values:
        raise BadInput(
            "This field is missing.", field="customer", remedy="Say for which customer you report."
        )
    return int(values["customer"])


def _reporter(viewer: Viewer, values: dict[str, Any]) -> int:
    return int(values.get("reporter") or viewer.membership_id or 0)


def _triage(viewer: Viewer, values: dict[str, Any], answers: Answers) -> Triage:
    chosen = values.get("priority")
    if chosen is None and "priority_reason" not in values:
        is_fault = values["kind"] == Kind.PROBLEM.value
        return triage(answers) if is_fault else Triage(Priority.MINOR, REQUEST_REASON)
    if viewer.is_customer:
        raise BadInput(
            "The priority follows from the answers.",
            field="priority" if chosen else "priority_reason",
            remedy="Leave it out, and give `answers`.",
        )
    if chosen is None or "priority_reason" not in values:
        raise BadInput(
            "A priority and its reason come together.",
            field="priority_reason" if chosen else "priority",
            remedy="Give both, or neither.",
        )
    return Triage(Priority(chosen), values["priority_reason"])


def _not_offered(request: TicketRequest, error: Missing) -> BadInput:
    """Name the field: the address of the call exists, what its body names does not."""
    is_there = Customer.objects.filter(pk=request.customer_id, is_active=True).exists()
    field = "reporter" if is_there else "customer"
    return BadInput(error.message, field=field, remedy="Use an id that you can see.")
