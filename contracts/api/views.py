"""Reading sites, devices, contracts and calendars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import ChoiceField, QueryFlagField, QueryIdField, canonical_id
from calcom_portal.common.api.keysets import BY_ID, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from contracts.access import access_calendar, access_contract, access_device, access_site
from contracts.api.examples import CALENDAR, CONTRACT, DEVICE, SITE
from contracts.api.shapes import (
    CalendarPage,
    CalendarShape,
    ContractPage,
    ContractShape,
    DevicePage,
    DeviceShape,
    SitePage,
    SiteShape,
)
from contracts.models import (
    Calendar,
    CalendarVersion,
    Contract,
    ContractEvent,
    ContractState,
    Cover,
    Device,
    DeviceKind,
    Site,
    Terms,
)

Get = TypeVar("Get", bound=Callable[..., Response])

DEVICES, CONTRACTS, CALENDARS = "devices:read", "contracts:read", "calendars:read"
ID = OpenApiParameter("id", int, OpenApiParameter.PATH)
FILTERS = {
    "customer": "customer_id",
    "site": "site_id",
    "kind": "kind",
    "state": "state",
    "is_active": "is_active",
}


class SiteQuery(PageQuery):
    """Which sites are wanted."""

    customer = QueryIdField(required=False)
    is_active = QueryFlagField(required=False)


class DeviceQuery(PageQuery):
    """Which devices are wanted."""

    customer = QueryIdField(required=False)
    site = QueryIdField(required=False)
    kind = ChoiceField(DeviceKind.values, required=False)
    is_retired = QueryFlagField(required=False)


class ContractQuery(PageQuery):
    """Which contracts are wanted."""

    customer = QueryIdField(required=False)
    state = ChoiceField(ContractState.values, required=False)


def _listed(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    for name, lookup in FILTERS.items():
        if name in asked:
            rows = rows.filter(**{lookup: asked[name]})
    if "is_retired" in asked:
        rows = rows.filter(retired_on__isnull=not asked["is_retired"])
    return rows


def described(
    name: str, summary: str, shape: Any, example: Any, query: Any = None
) -> Callable[[Get], Get]:
    """Describe a list (with `query`) or one object for the documentation."""
    is_list = query is not None
    decorate: Callable[[Get], Get] = extend_schema(
        operation_id=name,
        summary=summary,
        tags=[name.split("_")[0]],
        parameters=[query] if is_list else [ID],
        responses=shape,
        examples=[
            OpenApiExample(
                "A page" if is_list else "One",
                {"items": [example], "next": None} if is_list else example,
                response_only=True,
            )
        ],
    )
    return decorate


class ListView(PortalView):
    """A list by id. `rows` are what the scope lets the viewer see."""

    shape: type[serializers.Serializer[Any]]

    def rows(self) -> QuerySet[Any]:
        """Return everything that may be listed."""
        raise NotImplementedError

    def answer(self, request: Request) -> Response:
        """Return one page."""
        rows = _listed(self.rows(), self.asked)
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": self.shape(items, many=True).data, "next": following})


class SitesView(ListView):
    """Sites."""

    scopes, query, shape = {"GET": DEVICES}, SiteQuery, SiteShape

    def rows(self) -> QuerySet[Any]:
        """Return sites with their customers."""
        return Site.objects.select_related("customer")

    @described("sites_list", "List sites", SitePage, SITE, SiteQuery)
    def get(self, request: Request) -> Response:
        """List."""
        return self.answer(request)


class SiteView(PortalView):
    """One site."""

    scopes = {"GET": DEVICES}

    @described("sites_read", "Read a site", SiteShape, SITE)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        return Response(SiteShape(access_site(viewer_in(request), canonical_id(id) or 0)).data)


class DevicesView(ListView):
    """Devices."""

    scopes, query, shape = {"GET": DEVICES}, DeviceQuery, DeviceShape

    def rows(self) -> QuerySet[Any]:
        """Return devices with site and customer."""
        return Device.objects.select_related("site", "customer")

    @described("devices_list", "List devices", DevicePage, DEVICE, DeviceQuery)
    def get(self, request: Request) -> Response:
        """List."""
        return self.answer(request)


class DeviceView(PortalView):
    """One device."""

    scopes = {"GET": DEVICES}

    @described("devices_read", "Read a device", DeviceShape, DEVICE)
    def get(self, request: Request, id: str) -> Response:
        """Read, with its ETag."""
        shape = DeviceShape(access_device(viewer_in(request), canonical_id(id) or 0)).data
        return Response(shape, headers={"ETag": shape["version"]})


class ContractsView(ListView):
    """Contracts. A customer's people see what was signed with them."""

    scopes, query, shape = {"GET": CONTRACTS}, ContractQuery, ContractShape

    def rows(self) -> QuerySet[Any]:
        """Return contracts with what they cover and promise."""
        rows = Contract.objects.select_related("customer").defer("draft")
        return rows.prefetch_related(*agreed())

    @described("contracts_list", "List contracts", ContractPage, CONTRACT, ContractQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.SEE_CONTRACTS)
        return self.answer(request)


class ContractView(PortalView):
    """One contract."""

    scopes = {"GET": CONTRACTS}

    @described("contracts_read", "Read a contract with its terms", ContractShape, CONTRACT)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer = viewer_in(request)
        viewer.require(Capability.SEE_CONTRACTS)
        contract = access_contract(viewer, canonical_id(id) or 0)
        prefetch_related_objects([contract], *agreed())
        return Response(ContractShape(contract).data)


class CalendarsView(ListView):
    """Calendars."""

    scopes, query, shape = {"GET": CALENDARS}, PageQuery, CalendarShape

    def rows(self) -> QuerySet[Any]:
        """Return calendars with their versions."""
        return Calendar.objects.prefetch_related(_newest_first())

    @described("calendars_list", "List calendars", CalendarPage, CALENDAR, PageQuery)
    def get(self, request: Request) -> Response:
        """List."""
        return self.answer(request)


class CalendarView(PortalView):
    """One calendar."""

    scopes = {"GET": CALENDARS}

    @described("calendars_read", "Read a calendar with its versions", CalendarShape, CALENDAR)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        calendar = access_calendar(viewer_in(request), canonical_id(id) or 0)
        prefetch_related_objects([calendar], _newest_first())
        return Response(CalendarShape(calendar).data)


def agreed() -> tuple[Prefetch[Any], ...]:
    """Return what `ContractShape` shows beside the contract itself."""
    return (
        Prefetch("covers", Cover.objects.select_related("site", "device").order_by("pk")),
        Prefetch("terms", Terms.objects.select_related("calendar").order_by("number")),
        Prefetch("events", ContractEvent.objects.order_by("pk")),
    )


def _newest_first() -> Prefetch[Any]:
    return Prefetch("versions", CalendarVersion.objects.order_by("-number"))
