"""Writing devices: adding one, changing what is known about it, taking it out of service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.api_once import answered_once
from accounts.api_scopes import ApiScope
from accounts.capabilities import Capability
from accounts.submissions import Answer
from accounts.viewer import Viewer
from calcom_portal.common.api.conditions import refuse_stale, wants_match
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import (
    ChoiceField,
    DayField,
    FlagField,
    IdField,
    LineField,
    canonical_id,
)
from calcom_portal.common.api.schema import IDEMPOTENCY_KEY, IF_MATCH
from calcom_portal.common.api.serializers import StrictSerializer, read
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.errors import BadInput, Missing
from contracts.access import access_device, access_site
from contracts.actions import DeviceFacts, create_device, edit_device, retire_device
from contracts.api.examples import DEVICE
from contracts.api.shapes import DeviceShape
from contracts.api.views import ID, DevicesView
from contracts.models import Device, DeviceKind, Site

WRITE = ApiScope.DEVICES_WRITE.value
FACTS = tuple(asdict(DeviceFacts("")))
NEW = {"site": 4, "name": "Main phone system", "kind": "pbx", "serial": "4C-00001"}


class DeviceChange(StrictSerializer):
    """What is known about a device. What is left out stays as it is."""

    name = LineField(max_length=120, required=False)
    kind = ChoiceField(DeviceKind.values, required=False)
    vendor = LineField(max_length=80, required=False, allow_blank=True)
    model = LineField(max_length=80, required=False, allow_blank=True)
    serial = LineField(max_length=80, required=False, allow_blank=True)
    asset_tag = LineField(max_length=40, required=False, allow_blank=True)
    room = LineField(max_length=80, required=False, allow_blank=True)
    extension = LineField(max_length=20, required=False, allow_blank=True)
    installed_on = DayField(required=False, allow_null=True)
    installed_by_us = FlagField(required=False)


class DeviceInput(DeviceChange):
    """A new device."""

    site = IdField(help_text="A site that is in use; the device never leaves it.")
    name = LineField(max_length=120, help_text="What people on site call it.")
    kind = ChoiceField(DeviceKind.values)


class RetireInput(StrictSerializer):
    """When it was taken out of service."""

    retired_on = DayField()


def _write(name: str, summary: str, words: str, takes: Any, example: Any) -> Callable[..., Any]:
    """Describe an operation that writes a device."""
    is_new = name == "devices_add"
    status = 201 if is_new else 200
    return extend_schema(
        operation_id=name,
        summary=summary,
        description=words,
        tags=["devices"],
        parameters=[IDEMPOTENCY_KEY] if is_new else [ID, IDEMPOTENCY_KEY, IF_MATCH],
        request=takes,
        responses={status: OpenApiResponse(DeviceShape, "The device as it is then.")},
        examples=[
            OpenApiExample(summary, example, request_only=True),
            OpenApiExample("Afterwards", DEVICE, response_only=True, status_codes=[str(status)]),
        ],
    )


class DevicesWrittenView(DevicesView):
    """Devices: listing, and adding one."""

    scopes = {**DevicesView.scopes, "POST": WRITE}

    @_write(
        "devices_add",
        "Add a device",
        "For dispatchers and administrators. A serial number that another device of the same maker "
        "has in service is refused.",
        DeviceInput,
        NEW,
    )
    def post(self, request: Request) -> Response:
        """Add."""
        viewer = _writer(request)
        values = read(DeviceInput, request.data)
        site = _site(viewer, values.pop("site"))

        def act() -> Answer:
            made = create_device(site=site, facts=DeviceFacts(**values), actor=viewer)
            return Answer(201, DeviceShape(made).data)

        response = answered_once(request, act)
        response["Location"] = reverse("api_device", kwargs={"id": response.data["id"]})
        return response


class DeviceEditView(PortalView):
    """Correcting what is known about a device."""

    scopes = {"POST": WRITE}

    @_write(
        "devices_edit",
        "Change a device",
        "Only what is sent changes. It cannot move to another site: retire it there and add it "
        "here.",
        DeviceChange,
        {"room": "Closet", "extension": "214"},
    )
    def post(self, request: Request, id: str) -> Response:
        """Change."""
        viewer = _writer(request)
        values = read(DeviceChange, request.data)
        if not values:
            raise BadInput(
                "Nothing is to be changed.", field="body", remedy="Send the fields that change."
            )

        def act() -> Answer:
            device = _seen(request, id)
            facts = DeviceFacts(**{name: getattr(device, name) for name in FACTS} | values)
            edit_device(device=device, facts=facts, actor=viewer)
            return _afterwards(viewer, device)

        return answered_once(request, act)


class DeviceRetireView(PortalView):
    """Taking a device out of service."""

    scopes = {"POST": WRITE}

    @_write(
        "devices_retire",
        "Take a device out of service",
        "Its history stays. Nothing brings it back.",
        RetireInput,
        {"retired_on": "2026-06-15"},
    )
    def post(self, request: Request, id: str) -> Response:
        """Retire."""
        viewer = _writer(request)
        day = read(RetireInput, request.data)["retired_on"]

        def act() -> Answer:
            device = _seen(request, id)
            retire_device(device=device, retired_on=day, actor=viewer)
            return _afterwards(viewer, device)

        return answered_once(request, act)


def _writer(request: Request) -> Viewer:
    """Return who calls. Raises NotAllowed first, whatever the body says."""
    viewer = viewer_in(request)
    viewer.require(Capability.MANAGE_DEVICES)
    return viewer


def _site(viewer: Viewer, site_id: int) -> Site:
    try:
        site = access_site(viewer, site_id)
    except Missing as error:
        raise _not_offered(error.message) from error
    if not (site.is_active and site.customer.is_active):
        raise _not_offered(f"{site.name} is not in use.")
    return site


def _not_offered(message: str) -> BadInput:
    return BadInput(message, field="site", remedy="Use the id of a site that is in use.")


def _seen(request: Request, id: str) -> Device:
    """Return the device to change; with If-Match it is locked first, so that nobody overtakes.

    Raises Missing, Stale.
    """
    viewer = viewer_in(request)
    device = access_device(viewer, canonical_id(id) or 0)
    if wants_match(request):
        Device.objects.select_for_update().get(pk=device.pk)
        device = access_device(viewer, device.pk)
        refuse_stale(request, DeviceShape(device).data["version"], device.name)
    return device


def _afterwards(viewer: Viewer, device: Device) -> Answer:
    return Answer(200, DeviceShape(access_device(viewer, device.pk)).data)
