"""Who gets copies of a ticket."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.keysets import BY_ID, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from tickets.api.shapes import shown_ticket
from tickets.api.tickets import READ
from tickets.models import Watcher

WATCHER = {"person": {"id": 12, "name": "Elena Moreno"}, "from_staff": False}


class WatcherShape(serializers.Serializer[Any]):
    """Somebody who gets copies: `watch` and `unwatch` take the person's id."""

    person = Named(source="membership")
    from_staff = serializers.SerializerMethodField()

    def get_from_staff(self, watcher: Watcher) -> bool:
        """Return whether the person is of the provider, not of the customer."""
        return watcher.membership.customer_id is None


class WatcherPage(serializers.Serializer[Any]):
    """Some of them, and where the next ones are."""

    items = WatcherShape(many=True)
    next = serializers.URLField(allow_null=True)


class WatchersView(PortalView):
    """Who gets copies."""

    scopes = {"GET": READ}
    query = PageQuery

    @extend_schema(
        operation_id="watchers_list",
        summary="List who gets copies of a ticket",
        description="Besides the reporter and whoever works on it. Somebody who lost sight of the "
        "ticket stands here too, and gets nothing.",
        tags=["conversation"],
        parameters=[PageQuery],
        responses=WatcherPage,
        examples=[OpenApiExample("A page", {"items": [WATCHER], "next": None}, response_only=True)],
    )
    def get(self, request: Request, reference: str) -> Response:
        """List."""
        ticket = shown_ticket(viewer_in(request), reference)
        rows = Watcher.objects.filter(ticket_id=ticket.pk).select_related("membership")
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": WatcherShape(items, many=True).data, "next": following})
