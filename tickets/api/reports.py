"""Were the promises kept? A month's figures, and the promises behind them."""

from __future__ import annotations

import zoneinfo
from datetime import timedelta, tzinfo
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.api_scopes import ApiScope
from accounts.capabilities import Capability
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import ChoiceField, InstantField, QueryIdField
from calcom_portal.common.api.keysets import BY_ID, PageQuery, page_of
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.tenancy import database_now
from contracts.sla import Metric
from tickets.kept import Figures, figures_of
from tickets.models import Clock, Verdict
from tickets.months import Month
from tickets.presenters.reports import Show, rows_of
from tickets.verdicts import Outcome

READ = ApiScope.REPORTS_READ.value

FIGURES = {
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "respond": {"met": 11, "missed": 1},
    "resolve": {"met": 9, "missed": 0},
    "not_judged": 2,
    "answered": 12,
    "median_minutes": 38,
}
MONTH = {"month": "2026-06", "zone": "America/Los_Angeles", "items": [FIGURES]}
PROMISE = {
    "id": 118,
    "ticket": "CC-1042",
    "subject": "No dial tone at front desk",
    "customer_id": 3,
    "metric": "respond",
    "outcome": "met",
    "due_at": "2026-06-16T16:00:00.000000Z",
    "done_at": "2026-06-15T17:20:00.000000Z",
    "correction": "",
}


class MonthField(serializers.CharField):
    """A month, written 2026-06."""

    default_error_messages = {"invalid": "Write a month as 2026-06, from 2000 to 2099."}

    def to_internal_value(self, data: Any) -> Any:
        """Return the month."""
        try:
            return Month.read(str(data))
        except ValueError:
            self.fail("invalid")


class MonthQuery(StrictSerializer):
    """Which month is wanted."""

    month = MonthField(required=False, help_text="The running one, unless given.")


class PromisesQuery(PageQuery):
    """Which promises are wanted."""

    month = MonthField(required=False, help_text="The running one, unless given.")
    customer = QueryIdField(required=False, help_text="For staff.")
    show = ChoiceField(
        [show.value for show in Show],
        default=Show.ALL.value,
        help_text="`all`: what was judged. `open`: what was due and is not judged.",
    )


class KeptShape(serializers.Serializer[Any]):
    """How often a promise was kept."""

    met = serializers.IntegerField()
    missed = serializers.IntegerField()


class FiguresShape(serializers.Serializer[Any]):
    """A customer's month."""

    customer = serializers.SerializerMethodField()
    respond = KeptShape()
    resolve = KeptShape()
    not_judged = serializers.IntegerField(help_text="Due in the month, and still open.")
    answered = serializers.IntegerField(help_text="Tickets first answered in the month.")
    median_minutes = serializers.SerializerMethodField(
        help_text="From opening to the first answer, nights and weekends included."
    )

    @extend_schema_field(Named)
    def get_customer(self, figures: Figures) -> Any:
        """Return whose figures they are."""
        return {"id": figures.customer_id, "name": figures.name}

    def get_median_minutes(self, figures: Figures) -> int | None:
        """Return whole minutes; null where nothing was answered."""
        return None if figures.median is None else figures.median // timedelta(minutes=1)


class MonthShape(serializers.Serializer[Any]):
    """A month, customer by customer. A promise belongs to the month in which it was due."""

    month = serializers.CharField()
    zone = serializers.CharField(help_text="The provider's, in which the month is counted.")
    items = FiguresShape(many=True)


class PromiseShape(serializers.Serializer[Any]):
    """One promise of a month."""

    id = serializers.IntegerField()
    ticket = serializers.CharField(source="ticket.reference")
    subject = serializers.CharField(source="ticket.subject")
    customer_id = serializers.IntegerField()
    metric = serializers.ChoiceField([metric.value for metric in Metric])
    outcome = serializers.SerializerMethodField()
    due_at = InstantField(allow_null=True)
    done_at = InstantField(source="stopped_at", allow_null=True)
    correction = serializers.SerializerMethodField(help_text="Why the verdict was corrected.")

    @extend_schema_field(
        serializers.ChoiceField([outcome.value for outcome in Outcome], allow_null=True)
    )
    def get_outcome(self, row: Verdict | Clock) -> str | None:
        """Return the verdict that stands; null: not judged."""
        return row.outcome if isinstance(row, Verdict) else None

    def get_correction(self, row: Verdict | Clock) -> str:
        """Return the reason of the correction, if there was one."""
        return row.reason if isinstance(row, Verdict) else ""


class PromisePage(serializers.Serializer[Any]):
    """Some promises, and where the next ones are."""

    items = PromiseShape(many=True)
    next = serializers.URLField(allow_null=True)


class ReportsView(PortalView):
    """A month's figures."""

    scopes = {"GET": READ}
    query = MonthQuery

    @extend_schema(
        operation_id="reports_month",
        summary="Read a month's figures",
        description="For staff every customer with something in the month; for a customer's people "
        "their own.",
        tags=["reports"],
        parameters=[MonthQuery],
        responses=MonthShape,
        examples=[OpenApiExample("A month", MONTH, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Read."""
        viewer = _reader(request)
        zone = _zone(viewer)
        month = self.asked.get("month") or Month.of(database_now(), zone)
        figures = [
            one
            for one in figures_of(month, zone)
            if not viewer.is_customer or one.customer_id == viewer.own_customer_id
        ]
        shape = {"month": str(month), "zone": str(zone), "items": figures}
        return Response(MonthShape(shape).data)


class PromisesView(PortalView):
    """The promises behind the figures."""

    scopes = {"GET": READ}
    query = PromisesQuery

    @extend_schema(
        operation_id="reports_promises",
        summary="List the promises of a month",
        description="Each verdict that stands, or with `show=open` what is not judged.",
        tags=["reports"],
        parameters=[PromisesQuery],
        responses=PromisePage,
        examples=[OpenApiExample("A page", {"items": [PROMISE], "next": None}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """List."""
        viewer = _reader(request)
        zone = _zone(viewer)
        month = self.asked.get("month") or Month.of(database_now(), zone)
        rows = rows_of(Show(self.asked["show"]), *month.bounds(zone))
        customer_id = viewer.own_customer_id if viewer.is_customer else self.asked.get("customer")
        if customer_id is not None:
            rows = rows.filter(customer_id=customer_id)
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": PromiseShape(items, many=True).data, "next": following})


def _reader(request: Request) -> Viewer:
    viewer = viewer_in(request)
    viewer.require(Capability.SEE_CONTRACTS)
    return viewer


def _zone(viewer: Viewer) -> tzinfo:
    return zoneinfo.ZoneInfo(Provider.objects.only("zone").get(pk=viewer.provider_id).zone)
