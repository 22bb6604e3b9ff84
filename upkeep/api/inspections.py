"""Reading inspections: what is planned, agreed and found."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import ChoiceField, InstantField, QueryIdField, canonical_id
from calcom_portal.common.api.views import PortalView
from contracts.api.views import described
from monitoring.health.status import Status
from upkeep.access_inspections import access_inspection, inspections_of
from upkeep.api.lists import OfDeviceQuery, answer
from upkeep.inspecting.view import ItemRow, view_of
from upkeep.models import Inspection
from upkeep.models.inspections import ASKED, DECISIONS, RESULTS, SEEN, STATES

INSPECTIONS = "inspections:read"
INSPECTION: dict[str, Any] = {
    "id": 21,
    "device": {"id": 9, "name": "Main phone system"},
    "site": {"id": 4, "name": "Market Street"},
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "state": "done",
    "year_starts_on": "2026-01-01",
    "earliest": "2026-04-01",
    "latest": "2026-09-30",
    "starts_at": "2026-06-15T16:00:00.000000Z",
    "ends_at": "2026-06-15T19:00:00.000000Z",
    "arrived_at": "2026-06-15T16:04:00.000000Z",
    "left_at": "2026-06-15T18:10:00.000000Z",
    "done_at": "2026-06-15T18:12:20.000000Z",
    "signed_by": "Dana Okafor",
    "customer_name": "Amit Bhatt",
    "summary": "All is well but the batteries.",
    "ticket": "CC-1042",
}
INSPECTION_DETAIL: dict[str, Any] = {
    **INSPECTION,
    "sentence": "18 points were looked at: 17 good, 1 to watch.",
    "lines": [
        {
            "section": "Power",
            "title": "Battery run time",
            "asked": "reading",
            "result": "watch",
            "status": "warn",
            "found": "11 min",
            "note": "The batteries are from 2021.",
            "photos": 1,
        }
    ],
    "differences": [
        {
            "name": "Front desk phone",
            "seen": "different",
            "listed_serial": "SN-1",
            "serial": "SN-9",
            "decision": "open",
        }
    ],
}


class InspectionQuery(OfDeviceQuery):
    """Which inspections are wanted."""

    site = QueryIdField(required=False)
    state = ChoiceField([value for value, _ in STATES], required=False)


class InspectionShape(serializers.Serializer[Any]):
    """An inspection of a system. Made from `earliest` to `latest`, on the visit that was agreed."""

    id = serializers.IntegerField()
    device = Named()
    site = Named()
    customer = Named()
    state = serializers.ChoiceField([value for value, _ in STATES])
    year_starts_on = serializers.DateField(
        allow_null=True, help_text="The year of the contract; null when somebody asked for it."
    )
    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)
    starts_at = InstantField(allow_null=True)
    ends_at = InstantField(allow_null=True)
    arrived_at = InstantField(allow_null=True)
    left_at = InstantField(allow_null=True)
    done_at = InstantField(allow_null=True)
    signed_by = serializers.CharField(source="signed_name", help_text="The technician.")
    customer_name = serializers.CharField(help_text="Who signed for the customer.")
    summary = serializers.CharField()
    ticket = serializers.CharField(
        source="ticket.reference", default=None, allow_null=True, help_text="Where its labour is."
    )


class InspectionLineShape(serializers.Serializer[Any]):
    """A line of the checklist with its answer."""

    section = serializers.CharField(source="item.section")
    title = serializers.CharField(source="item.title")
    asked = serializers.ChoiceField([value for value, _ in ASKED], source="item.asked")
    result = serializers.ChoiceField(
        [value for value, _ in RESULTS], source="item.result", allow_blank=True
    )
    status = serializers.SerializerMethodField()
    found = serializers.CharField(help_text="The reading with its unit, or the chosen word.")
    note = serializers.CharField(source="item.note")
    photos = serializers.SerializerMethodField()

    def get_status(self, row: ItemRow) -> str | None:
        """Return how well it is: one of the health reports' words; null: not answered."""
        return None if row.status is None else Status(row.status).value

    def get_photos(self, row: ItemRow) -> int:
        """Return how many pictures there are."""
        return len(row.photos)


class DifferenceShape(serializers.Serializer[Any]):
    """A product that differs from the installed list, and what was decided."""

    name = serializers.CharField()
    seen = serializers.ChoiceField([value for value, _ in SEEN])
    listed_serial = serializers.CharField()
    serial = serializers.CharField()
    decision = serializers.ChoiceField([value for value, _ in DECISIONS], allow_blank=True)


class InspectionDetailShape(InspectionShape):
    """An inspection with what was found. Customers read it once it is signed."""

    sentence = serializers.CharField()
    lines = InspectionLineShape(many=True)
    differences = DifferenceShape(many=True, help_text="For staff; empty for others.")


class InspectionPage(serializers.Serializer[Any]):
    """Some inspections, and where the next ones are."""

    items = InspectionShape(many=True)
    next = serializers.URLField(allow_null=True)


class InspectionsView(PortalView):
    """Inspections, the newest first."""

    scopes, query = {"GET": INSPECTIONS}, InspectionQuery

    @described("inspections_list", "List inspections", InspectionPage, INSPECTION, InspectionQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer = viewer_in(request)
        viewer.require(Capability.SEE_CONTRACTS)
        return answer(request, inspections_of(viewer), InspectionShape, self.asked)


class InspectionView(PortalView):
    """One inspection."""

    scopes = {"GET": INSPECTIONS}

    @described(
        "inspections_read",
        "Read an inspection with what was found",
        InspectionDetailShape,
        INSPECTION_DETAIL,
    )
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer = viewer_in(request)
        viewer.require(Capability.SEE_CONTRACTS)
        found = access_inspection(viewer, canonical_id(id) or 0)
        return Response(_detail(found, is_staff=viewer.is_staff))


def _detail(inspection: Inspection, *, is_staff: bool) -> dict[str, Any]:
    view = view_of(inspection, for_staff=is_staff)
    rows = [row for section in view.sections for row in section.rows]
    return {
        **InspectionShape(inspection).data,
        "sentence": view.sentence if rows else "",
        "lines": InspectionLineShape(rows, many=True).data,
        "differences": DifferenceShape(view.differences, many=True).data,
    }
