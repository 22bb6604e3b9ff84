"""Labour of tickets, and who would pay for work, in the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_customer
from accounts.api import Named, viewer_in
from accounts.api_once import answered_once
from accounts.submissions import Answer
from accounts.viewer import Viewer
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import InstantField
from calcom_portal.common.api.keysets import BY_ID, PageQuery, page_of
from calcom_portal.common.api.schema import IDEMPOTENCY_KEY, IF_MATCH
from calcom_portal.common.api.serializers import read
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from contracts.cover_of import CoverOf, cover_of
from contracts.coverage import Price, Work
from contracts.models import Device, Site
from tickets.actions import log_labour
from tickets.api.inputs import CoverQuery, LabourInput
from tickets.api.once import seen_ticket
from tickets.api.shapes import shown_ticket
from tickets.api.tickets import READ, WRITE
from tickets.labour import LabourFacts, inspections_before
from tickets.models import Cause, LabourEntry, LabourLine

WORKS = [work.value for work in Work]


class LabourLineShape(serializers.Serializer[Any]):
    """A stretch of the work with its verdict, frozen."""

    work = serializers.ChoiceField(WORKS)
    starts_at = InstantField()
    ends_at = InstantField()
    in_hours = serializers.BooleanField(help_text="Within business hours.")
    minutes = serializers.IntegerField()
    charged_minutes = serializers.IntegerField(help_text="After rounding.")
    covered = serializers.BooleanField()
    clause = serializers.CharField(help_text="The clause that pays; empty when billable.")
    price = serializers.ChoiceField([price.value for price in Price])
    unit_price = serializers.DecimalField(9, 2, help_text="Of an hour, or of the trip.")
    currency = serializers.CharField()
    worth = serializers.DecimalField(12, 2, help_text="What it would cost without a contract.")
    amount = serializers.DecimalField(12, 2, help_text="What the customer pays.")
    reason = serializers.CharField()


class LabourShape(serializers.Serializer[Any]):
    """An entry of labour. Entries never change: a further one `replaces` a former one."""

    id = serializers.IntegerField()
    technician = serializers.CharField(source="technician_name")
    work = serializers.ChoiceField(WORKS)
    device = Named(allow_null=True)
    started_at = InstantField()
    ended_at = InstantField()
    minutes = serializers.IntegerField()
    charged_minutes = serializers.IntegerField()
    trip = serializers.BooleanField()
    note = serializers.CharField()
    cause = serializers.ChoiceField(Cause.values)
    reason = serializers.CharField(help_text="Why it took another one's place.")
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    contract = serializers.CharField(source="contract_number", help_text="Empty: no contract.")
    created_at = InstantField()
    lines = LabourLineShape(many=True)


class LabourPage(serializers.Serializer[Any]):
    """Some entries, and where the next ones are."""

    items = LabourShape(many=True)
    next = serializers.URLField(allow_null=True)


class RateShape(serializers.Serializer[Any]):
    """A price."""

    price = serializers.ChoiceField([price.value for price in Price])
    amount = serializers.DecimalField(9, 2)
    currency = serializers.CharField()


class DecisionShape(serializers.Serializer[Any]):
    """Who pays for one kind of work."""

    work = serializers.ChoiceField(WORKS)
    covered = serializers.BooleanField()
    clause = serializers.CharField()
    reason = serializers.CharField()
    rate = RateShape(allow_null=True, help_text="What the customer pays; null when covered.")


class WhoPaysShape(serializers.Serializer[Any]):
    """Who would pay for work on a thing, kind by kind."""

    contract = serializers.CharField(help_text="Empty: no contract.")
    day = serializers.DateField()
    in_hours = serializers.BooleanField()
    decisions = DecisionShape(many=True)


LINE = {
    "work": "troubleshooting",
    "starts_at": "2026-06-17T16:00:00.000000Z",
    "ends_at": "2026-06-17T16:50:00.000000Z",
    "in_hours": True,
    "minutes": 50,
    "charged_minutes": 60,
    "covered": True,
    "clause": "TROUBLE",
    "price": "normal",
    "unit_price": "95.00",
    "currency": "USD",
    "worth": "95.00",
    "amount": "0.00",
    "reason": "Troubleshooting is included in Tier 2.",
}
ENTRY = {
    "id": 71,
    "technician": "Dana Okafor",
    "work": "troubleshooting",
    "device": {"id": 9, "name": "Main phone system"},
    "started_at": "2026-06-17T16:00:00.000000Z",
    "ended_at": "2026-06-17T16:50:00.000000Z",
    "minutes": 50,
    "charged_minutes": 60,
    "trip": False,
    "note": "Card reseated",
    "cause": "logged",
    "reason": "",
    "replaces": None,
    "contract": "CT-2001",
    "created_at": "2026-06-17T16:52:00.000000Z",
    "lines": [LINE],
}
COVER = {
    "contract": "CT-2001",
    "day": "2026-06-17",
    "in_hours": True,
    "decisions": [
        {
            "work": "training",
            "covered": False,
            "clause": "",
            "reason": "Training is not part of Tier 2: USD 95.00 an hour.",
            "rate": {"price": "normal", "amount": "95.00", "currency": "USD"},
        }
    ],
}


class LabourView(PortalView):
    """Labour of a ticket."""

    scopes = {"GET": READ, "POST": WRITE}
    query = PageQuery

    @extend_schema(
        operation_id="labour_list",
        summary="List the labour on a ticket",
        description="Oldest first, with the verdict of each line; replaced entries too.",
        tags=["labour"],
        parameters=[PageQuery],
        responses=LabourPage,
        examples=[OpenApiExample("A page", {"items": [ENTRY], "next": None}, response_only=True)],
    )
    def get(self, request: Request, reference: str) -> Response:
        """List."""
        ticket = shown_ticket(viewer_in(request), reference)
        rows = with_lines().filter(ticket_id=ticket.pk)
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": LabourShape(items, many=True).data, "next": following})

    @extend_schema(
        operation_id="labour_log",
        summary="Log labour",
        description="Your own work, frozen with the verdict who pays. Give `ended_at` or `minutes`."
        " Work that overlaps other work of yours is refused unless `overlap_ok` is true.",
        tags=["labour"],
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=LabourInput,
        responses={201: OpenApiResponse(LabourShape, "Logged.")},
        examples=[
            OpenApiExample(
                "50 minutes",
                {"work": "troubleshooting", "started_at": "2026-06-17T16:00:00Z", "minutes": 50},
                request_only=True,
            ),
            OpenApiExample("Logged", ENTRY, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Log."""
        values = read(LabourInput, request.data)

        def act() -> Answer:
            ticket = seen_ticket(request, reference)
            entry = log_labour(
                ticket=ticket,
                facts=facts_of(values),
                overlap_ok=values["overlap_ok"],
                actor=viewer_in(request),
            )
            return Answer(201, LabourShape(with_lines().get(pk=entry.pk)).data)

        return answered_once(request, act)


class CoverView(PortalView):
    """Who would pay."""

    scopes = {"GET": "contracts:read"}
    query = CoverQuery

    @extend_schema(
        operation_id="cover_preview",
        summary="Say who would pay for work",
        description="For every kind of work on a device, at a site, or for the company, today: "
        "covered by which clause, or billable at which rate, and why.",
        tags=["labour"],
        parameters=[CoverQuery],
        responses=WhoPaysShape,
        examples=[OpenApiExample("A preview", COVER, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Preview."""
        viewer = viewer_in(request)
        customer_id = _customer(viewer, self.asked)
        device_id, site_id = self.asked.get("device"), self.asked.get("site")
        _refuse_strangers(customer_id, device_id, site_id)
        cover = cover_of(
            customer_id=customer_id, site_id=site_id, device_id=device_id, at=database_now()
        )
        done = inspections_before(customer_id, device_id, cover)
        return Response(WhoPaysShape(_told(cover, done, in_hours=self.asked["in_hours"])).data)


def with_lines() -> Any:
    """Return entries with what `LabourShape` shows."""
    lines = Prefetch("lines", LabourLine.objects.order_by("position"))
    return LabourEntry.objects.select_related("device").prefetch_related(lines)


def facts_of(values: dict[str, Any]) -> LabourFacts:
    """Return what a call says of the work. Raises BadInput unless the end can be known."""
    ended_at, minutes = values.get("ended_at"), values.get("minutes")
    if (ended_at is None) == (minutes is None):
        raise BadInput(
            "The end is not known.", field="ended_at", remedy="Give `ended_at`, or `minutes`."
        )
    return LabourFacts(
        work=Work(values["work"]),
        started_at=values["started_at"],
        ended_at=ended_at or values["started_at"] + timedelta(minutes=minutes or 0),
        device_id=values.get("device"),
        is_foreign=values["is_foreign"],
        note=values["note"],
        trip=values["trip"],
    )


def _customer(viewer: Viewer, asked: dict[str, Any]) -> int:
    if viewer.is_customer:
        return viewer.own_customer_id
    if "customer" not in asked:
        raise BadInput("Nobody was named.", field="customer", remedy="Give a customer's id.")
    return access_customer(viewer, asked["customer"]).pk


def _refuse_strangers(customer_id: int, device_id: int | None, site_id: int | None) -> None:
    for model, field, pk in ((Device, "device", device_id), (Site, "site", site_id)):
        if pk is not None and not model.objects.filter(pk=pk, customer_id=customer_id).exists():
            raise BadInput(
                f"There is no such {field} at this customer.", field=field, remedy="Check the id."
            )


def _told(cover: CoverOf, done: int, *, in_hours: bool) -> dict[str, Any]:
    return {
        "contract": cover.contract_number,
        "day": cover.day,
        "in_hours": in_hours,
        "decisions": [
            {
                "work": work.value,
                "covered": decision.covered,
                "clause": decision.clause,
                "reason": decision.reason,
                "rate": decision.rate,
            }
            for work in Work
            for decision in [cover.decide(work, in_hours=in_hours, inspections=done)]
        ],
    }
