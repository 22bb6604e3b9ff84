"""Reading campaigns of updates (staff) and the updates of devices (customers read their own)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.api.fields import ChoiceField, InstantField, QueryIdField
from calcom_portal.common.api.keysets import PageQuery
from calcom_portal.common.api.views import PortalView
from contracts.api.views import described
from upkeep.api.firmware import FIRMWARE, MODEL, SEE, ModelNameShape
from upkeep.api.lists import OfDeviceQuery, answer
from upkeep.models import Campaign, CampaignState, FirmwareUpdate, Method, UpdateState

CAMPAIGN: dict[str, Any] = {
    "id": 4,
    "title": "Phone systems to 22.10.2",
    "reason": "It closes a hole through which calls can be listened to.",
    "model": MODEL,
    "target": "22.10.2",
    "state": "running",
    "method": "apt",
    "asks_consent": True,
    "charged_minutes": 30,
    "starts_on": "2026-06-16",
    "pause_reason": "",
    "made_at": "2026-06-15T21:39:12.000000Z",
    "started_at": "2026-06-15T21:45:00.000000Z",
    "ended_at": None,
}
UPDATE: dict[str, Any] = {
    "id": 17,
    "campaign": 4,
    "device": {"id": 9, "name": "Main phone system"},
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "ticket": "CC-1042",
    "wave": 1,
    "former": "22.10.1",
    "target": "22.10.2",
    "state": "asking",
    "asks_consent": True,
    "is_covered": False,
    "cover": "A firmware update is not part of Tier 2: USD 145.00 an hour.",
    "begun_at": None,
    "ended_at": None,
}


class CampaignQuery(PageQuery):
    """Which campaigns are wanted."""

    state = ChoiceField(CampaignState.values, required=False)


class UpdateQuery(OfDeviceQuery):
    """Whose updates are wanted, of which device and campaign."""

    campaign = QueryIdField(required=False)
    state = ChoiceField(UpdateState.values, required=False)


class CampaignShape(serializers.Serializer[Any]):
    """Bringing devices of a model to a release."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    reason = serializers.CharField()
    model = ModelNameShape(source="release.product_model")
    target = serializers.CharField(source="release.version")
    state = serializers.ChoiceField(CampaignState.values)
    method = serializers.ChoiceField(Method.values)
    asks_consent = serializers.BooleanField()
    charged_minutes = serializers.IntegerField(
        help_text="What each update by the portal counts as labour."
    )
    starts_on = serializers.DateField()
    pause_reason = serializers.CharField()
    made_at = InstantField()
    started_at = InstantField(allow_null=True)
    ended_at = InstantField(allow_null=True)


class UpdateShape(serializers.Serializer[Any]):
    """The update of one device. `is_covered`: a contract pays for it; `cover` says why."""

    id = serializers.IntegerField()
    campaign = serializers.IntegerField(source="campaign_id")
    device = Named()
    customer = Named()
    ticket = serializers.SerializerMethodField()
    wave = serializers.IntegerField()
    former = serializers.CharField()
    target = serializers.CharField()
    state = serializers.ChoiceField(UpdateState.values)
    asks_consent = serializers.BooleanField()
    is_covered = serializers.BooleanField()
    cover = serializers.CharField()
    begun_at = InstantField(allow_null=True)
    ended_at = InstantField(allow_null=True)

    def get_ticket(self, update: FirmwareUpdate) -> str | None:
        """Return the reference of the ticket that announced it."""
        return update.ticket.reference if update.ticket else None


class CampaignPage(serializers.Serializer[Any]):
    """A page of campaigns."""

    items = CampaignShape(many=True)
    next = serializers.CharField(allow_null=True)


class UpdatePage(serializers.Serializer[Any]):
    """A page of updates."""

    items = UpdateShape(many=True)
    next = serializers.CharField(allow_null=True)


class CampaignsView(PortalView):
    """Campaigns, the newest first."""

    scopes, query = {"GET": FIRMWARE}, CampaignQuery

    @described(
        "firmware_campaigns",
        "List campaigns of updates, the newest first",
        CampaignPage,
        CAMPAIGN,
        CampaignQuery,
    )
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(SEE)
        rows = Campaign.objects.select_related("release__product_model")
        return answer(request, rows, CampaignShape, self.asked)


class UpdatesView(PortalView):
    """Updates of devices, the newest first. A customer's people see their own."""

    scopes, query = {"GET": FIRMWARE}, UpdateQuery

    @described(
        "firmware_updates",
        "List updates of devices, the newest first",
        UpdatePage,
        UPDATE,
        UpdateQuery,
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = _seen_by(viewer_in(request))
        if "campaign" in self.asked:
            rows = rows.filter(campaign=self.asked["campaign"])
        return answer(request, rows, UpdateShape, self.asked)


def _seen_by(viewer: Viewer) -> QuerySet[FirmwareUpdate]:
    viewer.require(Capability.SEE_CONTRACTS if viewer.is_customer else SEE)
    return FirmwareUpdate.objects.select_related("device", "customer", "ticket")
