"""Reading the catalogue of firmware, its advisories, and what devices run. Staff only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import ChoiceField, InstantField, QueryFlagField, QueryIdField
from calcom_portal.common.api.keysets import BY_ID, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.tenancy import database_now
from contracts.api.views import described
from contracts.days import today_of_provider
from contracts.models import Device, ProductModel
from upkeep.api.lists import answer, wanted
from upkeep.firmware.standing import Standing, Status
from upkeep.fleet import books_of, versions_of
from upkeep.models import FirmwareAdvisory, FirmwareRelease

FIRMWARE = "firmware:read"
SEE = Capability.SEE_MONITORING
STATUSES = [status.value for status in Status]
STANDINGS = [standing.value for standing in Standing]
MODEL = {"id": 5, "vendor": "Digium", "model": "Asterisk 22"}
RELEASE: dict[str, Any] = {
    "id": 61,
    "model": MODEL,
    "version": "22.10.2",
    "status": "security",
    "released_on": "2026-05-28",
    "ends_on": "2029-10-01",
    "file_url": "",
    "file_sha256": "",
    "notes": "Mends calls that could be listened to.",
}
ADVISORY: dict[str, Any] = {
    "id": 71,
    "model": MODEL,
    "title": "Calls can be listened to",
    "text": "Media encryption can be switched off from outside.",
    "source": "https://vendor.example/advisories/2026-4",
    "since": "22.0.0",
    "fixed_in": "22.10.2",
    "published_on": "2026-05-28",
    "withdrawn_at": None,
}
DEVICE: dict[str, Any] = {
    "device": {"id": 9, "name": "Main phone system"},
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "model": MODEL,
    "version": "22.10.1",
    "source": "Check “Inside”",
    "since": "2026-03-02T11:00:00.000000Z",
    "seen_at": "2026-06-15T21:39:12.000000Z",
    "standing": "affected",
    "why": "Calls can be listened to.",
    "target": "22.10.2",
}


class OfModelQuery(PageQuery):
    """Of which model they are wanted."""

    model = QueryIdField(required=False)


class ReleaseQuery(OfModelQuery):
    """Which releases are wanted."""

    status = ChoiceField(STATUSES, required=False)


class AdvisoryQuery(OfModelQuery):
    """Which advisories are wanted."""

    is_withdrawn = QueryFlagField(required=False)


class FirmwareDeviceQuery(OfModelQuery):
    """Whose devices are wanted, and of which model."""

    customer = QueryIdField(required=False)


class ModelNameShape(serializers.Serializer[Any]):
    """A model of the catalogue."""

    id = serializers.IntegerField()
    vendor = serializers.CharField()
    model = serializers.CharField()


class ReleaseShape(serializers.Serializer[Any]):
    """A release of a model, and what the provider thinks of it."""

    id = serializers.IntegerField()
    model = ModelNameShape(source="product_model")
    version = serializers.CharField(help_text="As the device says it.")
    status = serializers.ChoiceField(STATUSES)
    released_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="The last day of support.")
    file_url = serializers.CharField(help_text="Where phone systems fetch it.")
    file_sha256 = serializers.CharField()
    notes = serializers.CharField()


class AdvisoryShape(serializers.Serializer[Any]):
    """A fault of versions of a model: from `since` (all when empty) to before `fixed_in`."""

    id = serializers.IntegerField()
    model = ModelNameShape(source="product_model")
    title = serializers.CharField()
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    since = serializers.CharField()
    fixed_in = serializers.CharField()
    published_on = serializers.DateField()
    withdrawn_at = InstantField(allow_null=True)


class FirmwareDeviceShape(serializers.Serializer[Any]):
    """What a device runs, and how it stands with that. Empty texts: nothing is known."""

    device = Named()
    customer = Named()
    model = ModelNameShape()
    version = serializers.CharField()
    source = serializers.CharField(help_text="Who told it.")  # type: ignore[assignment]
    since = InstantField(allow_null=True)
    seen_at = InstantField(allow_null=True, help_text="When it was told last.")
    standing = serializers.ChoiceField(STANDINGS)
    why = serializers.CharField()
    target = serializers.CharField(help_text="The version that it should go to.")


class ReleasePage(serializers.Serializer[Any]):
    """Some releases, and where the next ones are."""

    items = ReleaseShape(many=True)
    next = serializers.URLField(allow_null=True)


class AdvisoryPage(serializers.Serializer[Any]):
    """Some advisories, and where the next ones are."""

    items = AdvisoryShape(many=True)
    next = serializers.URLField(allow_null=True)


class FirmwareDevicePage(serializers.Serializer[Any]):
    """Some devices, and where the next ones are."""

    items = FirmwareDeviceShape(many=True)
    next = serializers.URLField(allow_null=True)


class ReleasesView(PortalView):
    """The catalogue, the newest entry first."""

    scopes, query = {"GET": FIRMWARE}, ReleaseQuery

    @described("firmware_releases", "List releases of firmware", ReleasePage, RELEASE, ReleaseQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(SEE)
        rows = FirmwareRelease.objects.select_related("product_model")
        return answer(request, rows, ReleaseShape, self.asked)


class AdvisoriesView(PortalView):
    """Advisories, the newest entry first."""

    scopes, query = {"GET": FIRMWARE}, AdvisoryQuery

    @described("firmware_advisories", "List advisories", AdvisoryPage, ADVISORY, AdvisoryQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(SEE)
        rows = FirmwareAdvisory.objects.select_related("product_model")
        if "is_withdrawn" in self.asked:
            rows = rows.filter(withdrawn_at__isnull=not self.asked["is_withdrawn"])
        return answer(request, rows, AdvisoryShape, self.asked)


class FirmwareDevicesView(PortalView):
    """Devices in service whose model is known."""

    scopes, query = {"GET": FIRMWARE}, FirmwareDeviceQuery

    @described(
        "firmware_devices",
        "List what devices run, and how they stand",
        FirmwareDevicePage,
        DEVICE,
        FirmwareDeviceQuery,
    )
    def get(self, request: Request) -> Response:
        """List."""
        viewer = viewer_in(request)
        viewer.require(SEE)
        rows = Device.objects.in_service().exclude(product_model=None)
        rows = rows.select_related("customer", "product_model")
        devices, following = page_of(request, wanted(rows, self.asked), BY_ID, self.asked)
        items = _stands(devices, viewer.provider_id)
        return Response({"items": FirmwareDeviceShape(items, many=True).data, "next": following})


def _stands(devices: Sequence[Device], provider_id: int) -> list[dict[str, Any]]:
    """Return how devices stand. Three queries, however many there are."""
    today = today_of_provider(provider_id, database_now())
    products: set[ProductModel] = {device.product_model for device in devices}
    books, seen = books_of(products), versions_of([device.pk for device in devices])
    items = []
    for device in devices:
        product: ProductModel = device.product_model
        now = seen.get(device.pk)
        version = now.version if now else ""
        verdict = books[product.pk].verdict_on(version, today)
        items.append(
            {
                "device": device,
                "customer": device.customer,
                "model": product,
                "version": version,
                "source": now.source if now else "",
                "since": now.since if now else None,
                "seen_at": now.seen_at if now else None,
                "standing": verdict.standing.value,
                "why": verdict.why,
                "target": verdict.target,
            }
        )
    return items
