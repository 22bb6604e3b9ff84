"""Reading models, warranty lists and imports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import InstantField, QueryIdField, canonical_id
from calcom_portal.common.api.keysets import PageQuery
from calcom_portal.common.api.views import PortalView
from contracts.access import access_import
from contracts.api.views import CONTRACTS, DEVICES, ListView, described
from contracts.models import (
    DeviceKind,
    GoodsImport,
    ImportState,
    ProductModel,
    WarrantyItem,
)

MODEL = {
    "id": 5,
    "vendor": "Panasonic",
    "model": "KX-NS700",
    "kind": "pbx",
    "support_ends_on": "2028-03-31",
}
WARRANTY = {
    "id": 12,
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "note": "",
    "device": {"id": 9, "name": "Main phone system"},
    "contract_number": "CT-2001",
    "customer": {"id": 3, "name": "Bayview Dental Group"},
}
IMPORT = {
    "id": 7,
    "file_name": "phones.csv",
    "state": "applied",
    "counts": {"new": 18},
    "problems": [],
    "created_at": "2026-06-15T17:00:00Z",
    "checked_at": "2026-06-15T17:00:02Z",
    "applied_at": "2026-06-15T17:01:10Z",
    "customer": {"id": 3, "name": "Bayview Dental Group"},
}


class ModelShape(serializers.Serializer[Any]):
    """A model of the catalogue."""

    id = serializers.IntegerField()
    vendor = serializers.CharField()
    model = serializers.CharField()
    kind = serializers.ChoiceField(DeviceKind.values)
    support_ends_on = serializers.DateField(allow_null=True)


class WarrantyShape(serializers.Serializer[Any]):
    """A line of a contract's warranty list; both days are included."""

    id = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    note = serializers.CharField()
    device = Named()
    contract_number = serializers.CharField(source="contract.number")
    customer = Named()


class ImportShape(serializers.Serializer[Any]):
    """A list that was sent in: `counts` are rows by what they do."""

    id = serializers.IntegerField()
    file_name = serializers.CharField()
    state = serializers.ChoiceField(ImportState.values)
    counts = serializers.DictField(child=serializers.IntegerField())
    problems = serializers.ListField(child=serializers.DictField())
    created_at = InstantField()
    checked_at = InstantField(allow_null=True)
    applied_at = InstantField(allow_null=True)
    customer = Named()


class ModelPage(serializers.Serializer[Any]):
    """Some models, and where the next ones are."""

    items = ModelShape(many=True)
    next = serializers.URLField(allow_null=True)


class WarrantyPage(serializers.Serializer[Any]):
    """Some lines of warranty lists, and where the next ones are."""

    items = WarrantyShape(many=True)
    next = serializers.URLField(allow_null=True)


class OfCustomerQuery(PageQuery):
    """Whose are wanted."""

    customer = QueryIdField(required=False)


class ModelsView(ListView):
    """Models. A customer's people see those that they have."""

    scopes, query, shape = {"GET": DEVICES}, PageQuery, ModelShape

    def rows(self) -> QuerySet[Any]:
        """Return the catalogue."""
        return ProductModel.objects.all()

    @described("models_list", "List models", ModelPage, MODEL, PageQuery)
    def get(self, request: Request) -> Response:
        """List."""
        return self.answer(request)


class WarrantiesView(ListView):
    """Warranty lists. A customer's people see those of signed contracts."""

    scopes, query, shape = {"GET": CONTRACTS}, OfCustomerQuery, WarrantyShape

    def rows(self) -> QuerySet[Any]:
        """Return lines with device, contract and customer."""
        return WarrantyItem.objects.select_related("device", "contract", "customer")

    @described("warranties_list", "List warranty lines", WarrantyPage, WARRANTY, OfCustomerQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.SEE_CONTRACTS)
        return self.answer(request)


class ImportView(PortalView):
    """One import of installed products."""

    scopes = {"GET": CONTRACTS}

    @described("imports_read", "Read how an import stands", ImportShape, IMPORT)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer = viewer_in(request)
        viewer.require(Capability.MANAGE_CONTRACTS)
        found: GoodsImport = access_import(viewer, canonical_id(id) or 0)
        return Response(ImportShape(found).data)
