"""Reading the audit trail over the API."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.api_scopes import ApiScope
from accounts.capabilities import Capability
from accounts.models import AuditEntry
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import InstantField, LineField, QueryIdField
from calcom_portal.common.api.keysets import NEWEST, PageQuery, page_of
from calcom_portal.common.api.views import PortalView

ENTRY = {
    "number": 4711,
    "at": "2026-06-15T17:00:00.000000Z",
    "actor": "Ruth Lindqvist",
    "action": "customer.created",
    "subject": "Bayview Dental Group",
    "customer": 3,
    "details": {"number": "C-1003"},
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


class EntryShape(serializers.Serializer[Any]):
    """An entry of the audit trail."""

    number = serializers.IntegerField()
    at = InstantField()
    actor = serializers.CharField(source="actor_name")
    action = serializers.CharField()
    subject = serializers.CharField()
    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    details = serializers.SerializerMethodField()
    digest = serializers.CharField(help_text="Of this entry and all before it.")

    def get_details(self, entry: AuditEntry) -> dict[str, Any]:
        """Return what was written down beside."""
        details: dict[str, Any] = json.loads(entry.body).get("details", {})
        return details


class EntryPage(serializers.Serializer[Any]):
    """Some entries, and where the next ones are."""

    items = EntryShape(many=True)
    next = serializers.URLField(allow_null=True)


class AuditQuery(PageQuery):
    """Which entries are wanted."""

    customer = QueryIdField(required=False)
    action = LineField(max_length=60, required=False)


class AuditView(PortalView):
    """The audit trail."""

    scopes, query = {"GET": ApiScope.AUDIT_READ.value}, AuditQuery

    @extend_schema(
        operation_id="audit_list",
        summary="List the audit trail",
        description="The newest first. For the provider's administrators.",
        tags=["audit"],
        parameters=[AuditQuery],
        responses=EntryPage,
        examples=[OpenApiExample("A page", {"items": [ENTRY], "next": None}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.SEE_AUDIT)
        rows = AuditEntry.objects.all()
        if customer := self.asked.get("customer"):
            rows = rows.filter(customer_id=customer)
        if action := self.asked.get("action"):
            rows = rows.filter(action=action)
        items, following = page_of(request, rows, NEWEST, self.asked)
        return Response({"items": EntryShape(items, many=True).data, "next": following})
