"""What the lists of upkeep have in common."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from calcom_portal.common.api.fields import QueryIdField
from calcom_portal.common.api.keysets import NEWEST, Ordering, PageQuery, page_of

NEWEST_ASKED = Ordering("newest", "asked_at", is_descending=True, is_instant=True)
FILTERS = {
    "customer": "customer_id",
    "device": "device_id",
    "model": "product_model_id",
    "state": "state",
    "kind": "kind",
    "driver": "driver",
    "status": "status",
}


class OfDeviceQuery(PageQuery):
    """Whose are wanted, and of which system."""

    customer = QueryIdField(required=False)
    device = QueryIdField(required=False)


def wanted(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    """Keep what the address asks for."""
    given = {lookup: asked[name] for name, lookup in FILTERS.items() if name in asked}
    return rows.filter(**given)


def answer(
    request: Request,
    rows: QuerySet[Model],
    shape: type[serializers.Serializer[Any]],
    asked: dict[str, Any],
    ordering: Ordering = NEWEST,
) -> Response:
    """Return a page of what the address asks for."""
    items, following = page_of(request, wanted(rows, asked), ordering, asked)
    return Response({"items": shape(items, many=True).data, "next": following})
