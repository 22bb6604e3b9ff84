"""Reading the catalogue: clauses, tiers, and the price list of labour."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import InstantField, canonical_id
from calcom_portal.common.api.keysets import NEWEST, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.tenancy import database_now
from contracts.access import access_tier
from contracts.api.shapes import RatesShape, RoundingShape
from contracts.api.views import CONTRACTS, ListView, described
from contracts.catalogue_page import ClauseInTier, tier_in_words
from contracts.days import today_of_provider
from contracts.models import Clause, RateCard, Tier
from contracts.price_list import card_on

SEE = Capability.SEE_ALL_CUSTOMERS

CLAUSE = {
    "id": 14,
    "code": "RESPONSE",
    "title": "Priority response",
    "wording": "Emergency calls are answered within {emergency.respond}.",
    "meaning": "You know how long it takes until somebody answers.",
}
TIER = {
    "id": 2,
    "code": "TIER2",
    "name": "Tier 2",
    "summary": "Extended warranty",
    "is_hidden": False,
    "promise": {
        "label": "Tier 2",
        "targets": [
            {
                "priority": "emergency",
                "metric": "respond",
                "target": {"amount_seconds": 28800, "unit": "business_hours"},
            }
        ],
    },
}
CLAUSE_IN_TIER = {
    "id": 31,
    "code": "RESPONSE",
    "title": "Priority response",
    "wording": "Emergency calls are answered within 8 business hours.",
    "is_optional": False,
    "monthly_price": None,
}
TIER_IN_FULL = TIER | {"clauses": [CLAUSE_IN_TIER]}
RATE_CARD = {
    "id": 3,
    "effective_on": "2026-01-01",
    "is_in_effect": True,
    "rates": {"currency": "USD", "normal": "145.00", "after_hours": "217.50", "trip": "95.00"},
    "rounding": {"step": 15, "rule": "up", "minimum": 15},
    "note": "",
    "created_at": "2025-12-15T18:00:00.000000Z",
}


class ClauseShape(serializers.Serializer[Any]):
    """A clause of the catalogue."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    wording = serializers.CharField(help_text="What is signed; its blanks are in braces.")
    meaning = serializers.CharField(allow_blank=True, help_text="What it means, in plain words.")


class ClauseInTierShape(serializers.Serializer[Any]):
    """A clause as a tier offers it."""

    id = serializers.IntegerField(source="row.pk")
    code = serializers.CharField(source="row.clause.code")
    title = serializers.CharField(source="row.clause.title")
    wording = serializers.CharField(help_text="As it would be signed today.")
    is_optional = serializers.BooleanField(
        source="row.is_optional", help_text="true: at extra cost."
    )
    monthly_price = serializers.DecimalField(
        9, 2, source="row.monthly_price", allow_null=True, help_text="null: none, or agreed apart."
    )


class TierShape(serializers.Serializer[Any]):
    """A bundle of clauses that is sold under a name."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    is_hidden = serializers.BooleanField(help_text="true: not offered for new contracts.")
    promise = serializers.DictField(help_text="The targets, in the neutral form.")


class TierInFull(TierShape):
    """A tier with its clauses."""

    clauses = serializers.ListField(child=ClauseInTierShape())

    def to_representation(self, instance: Tier) -> dict[str, Any]:
        """Return the tier with the wordings that would be signed today."""
        rows: list[ClauseInTier] = list(tier_in_words(instance, database_now()).clauses)
        clauses = ClauseInTierShape(rows, many=True).data
        return {**TierShape(instance).data, "clauses": clauses}


class RateCardShape(serializers.Serializer[Any]):
    """A version of the price list of labour; it counts until the next one begins."""

    id = serializers.IntegerField()
    effective_on = serializers.DateField()
    is_in_effect = serializers.SerializerMethodField()
    rates = RatesShape()
    rounding = RoundingShape()
    note = serializers.CharField(allow_blank=True)
    created_at = InstantField()

    def get_is_in_effect(self, card: RateCard) -> bool:
        """Return whether this version counts today."""
        return bool(card.pk == self.context["current_id"])


class ClausePage(serializers.Serializer[Any]):
    """Some clauses, and where the next ones are."""

    items = ClauseShape(many=True)
    next = serializers.URLField(allow_null=True)


class TierPage(serializers.Serializer[Any]):
    """Some tiers, and where the next ones are."""

    items = TierShape(many=True)
    next = serializers.URLField(allow_null=True)


class RateCardPage(serializers.Serializer[Any]):
    """Some versions, and where the next ones are."""

    items = RateCardShape(many=True)
    next = serializers.URLField(allow_null=True)


class ClausesView(ListView):
    """Clauses, for the provider's staff."""

    scopes, query, shape = {"GET": CONTRACTS}, PageQuery, ClauseShape

    def rows(self) -> QuerySet[Any]:
        """Return the catalogue."""
        return Clause.objects.all()

    @described("clauses_list", "List the clauses of the catalogue", ClausePage, CLAUSE, PageQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(SEE)
        return self.answer(request)


class TiersView(ListView):
    """Tiers, for the provider's staff."""

    scopes, query, shape = {"GET": CONTRACTS}, PageQuery, TierShape

    def rows(self) -> QuerySet[Any]:
        """Return tiers."""
        return Tier.objects.all()

    @described("tiers_list", "List tiers", TierPage, TIER, PageQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(SEE)
        return self.answer(request)


class TierView(PortalView):
    """One tier."""

    scopes = {"GET": CONTRACTS}

    @described("tiers_read", "Read a tier with its clauses", TierInFull, TIER_IN_FULL)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer = viewer_in(request)
        viewer.require(SEE)
        return Response(TierInFull(access_tier(viewer, canonical_id(id) or 0)).data)


class RatesView(PortalView):
    """The price list, for the provider's staff."""

    scopes = {"GET": CONTRACTS}
    query = PageQuery

    @described(
        "rates_list",
        "List the versions of the price list",
        RateCardPage,
        RATE_CARD,
        PageQuery,
    )
    def get(self, request: Request) -> Response:
        """List, the newest first."""
        viewer = viewer_in(request)
        viewer.require(SEE)
        today = today_of_provider(viewer.provider_id, database_now())
        current = card_on(viewer.provider_id, today)
        items, following = page_of(request, RateCard.objects.all(), NEWEST, self.asked)
        context = {"current_id": current.pk if current else None}
        return Response(
            {"items": RateCardShape(items, many=True, context=context).data, "next": following}
        )
