"""Searching over the API: the portal's one box."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AnyKey, viewer_in
from accounts.search import LONGEST, SHORTEST, search, search_words
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import LineField
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.errors import BadInput

FOUND = {
    "groups": [
        {
            "name": "Tickets",
            "items": [
                {
                    "key": "CC-1042",
                    "title": "CC-1042 No dial tone at front desk",
                    "detail": "Bayview Dental Group",
                    "note": "Open",
                    "page": "/tickets/CC-1042/",
                }
            ],
            "is_partial": False,
        }
    ]
}


class SearchQuery(StrictSerializer):
    """What is looked for."""

    q = LineField(max_length=LONGEST, help_text="Beginnings of words are enough.")


class HitShape(serializers.Serializer[Any]):
    """One thing that was found."""

    key = serializers.CharField(help_text="A ticket's reference; else the id, as text.")
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    page = serializers.CharField(
        source="url", allow_blank=True, help_text="Where people see it in the portal."
    )


class GroupShape(serializers.Serializer[Any]):
    """Things of one sort, the best first."""

    name = serializers.CharField()
    items = HitShape(many=True, source="hits")
    is_partial = serializers.BooleanField(help_text="true: older ones were not all looked at.")


class FoundShape(serializers.Serializer[Any]):
    """What was found."""

    groups = GroupShape(many=True)


class SearchView(PortalView):
    """One box for everything."""

    permission_classes = (AnyKey,)
    query = SearchQuery

    @extend_schema(
        operation_id="search",
        summary="Search",
        description="Tickets, customers, devices, sites and people, up to eight of each. Every key "
        "may ask; it finds what its read scopes and its person may see.",
        tags=["search"],
        parameters=[SearchQuery],
        responses=FoundShape,
        examples=[OpenApiExample("Found", FOUND, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Search."""
        words = search_words(self.asked["q"])
        if not words:
            raise BadInput(
                "This is too short to look for.",
                field="q",
                remedy=f"Write at least {SHORTEST} letters.",
            )
        groups = search(viewer_in(request), words)
        return Response(FoundShape({"groups": groups}).data)


urlpatterns = [path("search", SearchView.as_view(), name="api_search")]
