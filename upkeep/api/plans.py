"""Reading how systems are backed up. Staff only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import ChoiceField, InstantField, canonical_id
from calcom_portal.common.api.keysets import BY_ID
from calcom_portal.common.api.views import PortalView
from contracts.api.views import described
from monitoring.access import one
from upkeep.api.lists import OfDeviceQuery, answer
from upkeep.models import BackupDriver, BackupPlan

BACKUPS = "backups:read"
KEPT = {"daily": 14, "weekly": 8, "monthly": 12, "yearly": 2}
PLAN: dict[str, Any] = {
    "id": 14,
    "device": {"id": 9, "name": "Main phone system"},
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "driver": "asterisk",
    "every_hours": 24,
    "expected_hours": 216,
    "kept": KEPT,
    "quota_bytes": None,
    "rehearses": True,
    "is_paused": False,
    "due_at": "2026-06-16T09:00:00.000000Z",
    "alarm_at": "2026-06-24T09:00:40.000000Z",
    "alarmed_at": None,
}


class PlanQuery(OfDeviceQuery):
    """Which plans are wanted."""

    driver = ChoiceField(BackupDriver.values, required=False)


class RetentionShape(serializers.Serializer[Any]):
    """How many good backups are kept: of days, weeks, months and years."""

    daily = serializers.IntegerField(source="keep_daily")
    weekly = serializers.IntegerField(source="keep_weekly")
    monthly = serializers.IntegerField(source="keep_monthly")
    yearly = serializers.IntegerField(source="keep_yearly")


class PlanShape(serializers.Serializer[Any]):
    """How a system is backed up. How it is reached is no part of it."""

    id = serializers.IntegerField()
    device = Named()
    customer = Named()
    driver = serializers.ChoiceField(BackupDriver.values)
    every_hours = serializers.IntegerField(
        allow_null=True, help_text="Null: none is taken by itself."
    )
    expected_hours = serializers.IntegerField(help_text="Longer without a good one is an alarm.")
    kept = RetentionShape(source="*")
    quota_bytes = serializers.IntegerField(allow_null=True)
    rehearses = serializers.BooleanField(help_text="Is a restore rehearsed every month?")
    is_paused = serializers.SerializerMethodField()
    due_at = InstantField(allow_null=True, help_text="When the next one is taken.")
    alarm_at = InstantField(allow_null=True, help_text="When it becomes an alarm.")
    alarmed_at = InstantField(allow_null=True, help_text="Since when it is one.")

    def get_is_paused(self, plan: BackupPlan) -> bool:
        """Tell whether nothing is taken by itself."""
        return plan.paused_at is not None


class PlanPage(serializers.Serializer[Any]):
    """Some plans, and where the next ones are."""

    items = PlanShape(many=True)
    next = serializers.URLField(allow_null=True)


class PlansView(PortalView):
    """Plans of backups."""

    scopes, query = {"GET": BACKUPS}, PlanQuery

    @described("backups_plans", "List how systems are backed up", PlanPage, PLAN, PlanQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.TAKE_BACKUPS)
        rows = BackupPlan.objects.select_related("device", "customer")
        return answer(request, rows, PlanShape, self.asked, BY_ID)


class PlanView(PortalView):
    """One plan."""

    scopes = {"GET": BACKUPS}

    @described("backups_plan", "Read how a system is backed up", PlanShape, PLAN)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer_in(request).require(Capability.TAKE_BACKUPS)
        rows = BackupPlan.objects.select_related("device", "customer")
        return Response(PlanShape(one(rows, canonical_id(id) or 0, "plan", "the list")).data)
