"""Reading how equipment stands."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import ChoiceField, QueryFlagField, QueryIdField, canonical_id
from calcom_portal.common.api.keysets import BY_ID, Ordering, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.errors import Missing
from contracts.access import access_device
from contracts.api.views import ListView, described
from contracts.models import Device
from monitoring.access import access_check, access_incident
from monitoring.api.examples import (
    CHECK,
    CHECK_DETAIL,
    DEVICE_DETAIL,
    DEVICE_STATE,
    HEARTBEAT,
    INCIDENT,
)
from monitoring.api.shapes import (
    CheckDetailShape,
    CheckPage,
    CheckShape,
    DeviceDetailShape,
    DeviceStatePage,
    DeviceStateShape,
    HeartbeatPage,
    HeartbeatShape,
    IncidentPage,
    IncidentShape,
)
from monitoring.api.standings import DAYS, days_of, detail_of, states_of
from monitoring.check_settings import HEARTBEAT as HEARTBEAT_KIND
from monitoring.models import Check, Incident
from monitoring.states import State
from monitoring.uptime import uptime_of

MONITORING = "monitoring:read"
NEWEST_FIRST = Ordering("newest", "opened_at", is_descending=True, is_instant=True)


class OfPlaceQuery(PageQuery):
    """Whose are wanted, and where."""

    customer = QueryIdField(required=False)
    site = QueryIdField(required=False)


class CheckQuery(PageQuery):
    """Which checks are wanted."""

    customer = QueryIdField(required=False)
    device = QueryIdField(required=False)
    state = ChoiceField([state.value for state in State], required=False)


class IncidentQuery(PageQuery):
    """Which outages are wanted."""

    customer = QueryIdField(required=False)
    device = QueryIdField(required=False)
    is_open = QueryFlagField(required=False)


class WatchedDevicesView(PortalView):
    """How watched devices stand. A customer's people see their own."""

    scopes, query = {"GET": MONITORING}, OfPlaceQuery

    @described(
        "monitoring_devices_list",
        "List how watched devices stand",
        DeviceStatePage,
        DEVICE_STATE,
        OfPlaceQuery,
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = Device.objects.in_service().filter(
            Exists(Check.objects.filter(device=OuterRef("pk")))
        )
        for name in ("customer", "site"):
            if name in self.asked:
                rows = rows.filter(**{f"{name}_id": self.asked[name]})
        told = rows.select_related("site", "customer")
        devices, following = page_of(request, told, BY_ID, self.asked)
        items = DeviceStateShape(states_of(devices), many=True).data
        return Response({"items": items, "next": following})


class WatchedDeviceView(PortalView):
    """How one device stands."""

    scopes = {"GET": MONITORING}

    @described(
        "monitoring_devices_read",
        "Read how a device stands, with its last 30 days",
        DeviceDetailShape,
        DEVICE_DETAIL,
    )
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        device = access_device(viewer_in(request), canonical_id(id) or 0)
        if device.retired_on or not Check.objects.filter(device=device).exists():
            raise Missing("Nobody watches this device.", remedy="Take one from the list.")
        return Response(DeviceDetailShape(detail_of(device)).data)


class ChecksView(ListView):
    """Checks: how equipment is asked is the staff's."""

    scopes, query, shape = {"GET": MONITORING}, CheckQuery, CheckShape

    def rows(self) -> QuerySet[Any]:
        """Return those that are wanted, of devices in service."""
        rows = Check.objects.in_service().select_related("device", "customer")
        return rows.filter(device=self.asked["device"]) if "device" in self.asked else rows

    @described("checks_list", "List checks", CheckPage, CHECK, CheckQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.SEE_MONITORING)
        return self.answer(request)


class CheckView(PortalView):
    """One check."""

    scopes = {"GET": MONITORING}

    @described("checks_read", "Read a check with its last 30 days", CheckDetailShape, CHECK_DETAIL)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer = viewer_in(request)
        viewer.require(Capability.SEE_MONITORING)
        check = access_check(viewer, canonical_id(id) or 0)
        shape = CheckShape(check).data
        return Response({**shape, **days_of(uptime_of([check.pk], DAYS)[check.pk])})


class IncidentsView(PortalView):
    """Outages, the newest first. A customer's people see their own."""

    scopes, query = {"GET": MONITORING}, IncidentQuery

    @described(
        "incidents_list", "List outages, the newest first", IncidentPage, INCIDENT, IncidentQuery
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = Incident.objects.select_related("device__site", "customer", "ticket")
        for name in ("customer", "device"):
            if name in self.asked:
                rows = rows.filter(**{f"{name}_id": self.asked[name]})
        if "is_open" in self.asked:
            rows = rows.filter(closed_at__isnull=self.asked["is_open"])
        items, following = page_of(request, rows, NEWEST_FIRST, self.asked)
        return Response({"items": IncidentShape(items, many=True).data, "next": following})


class IncidentView(PortalView):
    """One outage."""

    scopes = {"GET": MONITORING}

    @described("incidents_read", "Read an outage", IncidentShape, INCIDENT)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        return Response(
            IncidentShape(access_incident(viewer_in(request), canonical_id(id) or 0)).data
        )


class HeartbeatsView(ListView):
    """Devices that report by themselves."""

    scopes, query, shape = {"GET": MONITORING}, CheckQuery, HeartbeatShape

    def rows(self) -> QuerySet[Any]:
        """Return those that are wanted, of devices in service."""
        rows = Check.objects.in_service().filter(kind=HEARTBEAT_KIND)
        rows = rows.filter(device=self.asked["device"]) if "device" in self.asked else rows
        return rows.select_related("device", "customer")

    @described("heartbeats_list", "List heartbeats", HeartbeatPage, HEARTBEAT, CheckQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.SEE_MONITORING)
        return self.answer(request)
