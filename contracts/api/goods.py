"""Reading models, warranty lists and imports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_customer
from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import InstantField, QueryIdField, canonical_id
from calcom_portal.common.api.keysets import BY_ID, PageQuery, page_of
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.downloads import download
from calcom_portal.common.tenancy import database_now
from contracts.access import access_import
from contracts.api.views import CONTRACTS, DEVICES, ID, ListView, described
from contracts.days import today_of_provider
from contracts.goods.planning import Outcome
from contracts.goods.writing import as_csv
from contracts.goods_list import list_of
from contracts.models import (
    DeviceKind,
    GoodsImport,
    ImportRow,
    ImportState,
    ProductModel,
    WarrantyItem,
)

BYTES = "application/octet-stream"
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
    "job": 4,
    "customer": {"id": 3, "name": "Bayview Dental Group"},
}
ROW = {
    "number": 2,
    "name": "Front desk phone",
    "outcome": "refused",
    "changes": [],
    "problems": [{"column": "Serial number", "message": "Another row has it already."}],
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
    job = serializers.IntegerField(
        source="job_id", allow_null=True, help_text="What checks or imports it: see `/jobs`."
    )
    customer = Named()


class ImportRowShape(serializers.Serializer[Any]):
    """What one row of a list would do, or why it is refused."""

    number = serializers.IntegerField(help_text="As in the file.")
    name = serializers.CharField()
    outcome = serializers.ChoiceField([item.value for item in Outcome])
    changes = serializers.ListField()
    problems = serializers.ListField()


class ModelPage(serializers.Serializer[Any]):
    """Some models, and where the next ones are."""

    items = ModelShape(many=True)
    next = serializers.URLField(allow_null=True)


class WarrantyPage(serializers.Serializer[Any]):
    """Some lines of warranty lists, and where the next ones are."""

    items = WarrantyShape(many=True)
    next = serializers.URLField(allow_null=True)


class ImportPage(serializers.Serializer[Any]):
    """Some imports, and where the next ones are."""

    items = ImportShape(many=True)
    next = serializers.URLField(allow_null=True)


class ImportRowPage(serializers.Serializer[Any]):
    """Some rows, and where the next ones are."""

    items = ImportRowShape(many=True)
    next = serializers.URLField(allow_null=True)


class ExportQuery(StrictSerializer):
    """Whose list is wanted."""

    customer = QueryIdField()


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


class ImportsView(ListView):
    """Lists that were sent in."""

    scopes, query, shape = {"GET": CONTRACTS}, OfCustomerQuery, ImportShape

    def rows(self) -> QuerySet[Any]:
        """Return imports with their customers."""
        return GoodsImport.objects.select_related("customer")

    @described("imports_list", "List imports", ImportPage, IMPORT, OfCustomerQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.MANAGE_CONTRACTS)
        return self.answer(request)


class ImportRowsView(PortalView):
    """What each row of a list would do."""

    scopes, query = {"GET": CONTRACTS}, PageQuery

    @extend_schema(parameters=[ID])
    @described("imports_rows", "List the rows of an import", ImportRowPage, ROW, PageQuery)
    def get(self, request: Request, id: str) -> Response:
        """List, in the order of the file."""
        viewer = viewer_in(request)
        viewer.require(Capability.MANAGE_CONTRACTS)
        rows = ImportRow.objects.filter(goods_import=access_import(viewer, canonical_id(id) or 0))
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": ImportRowShape(items, many=True).data, "next": following})


class ExportView(PortalView):
    """The installed products of a customer, in the form in which lists are sent in."""

    scopes, query = {"GET": DEVICES}, ExportQuery

    @extend_schema(
        operation_id="exports_read",
        summary="Download the installed products of a customer",
        description="As CSV, in the very form in which a list is sent in. For the staff.",
        tags=["exports"],
        parameters=[ExportQuery],
        responses={(200, BYTES): OpenApiResponse(OpenApiTypes.BINARY, "CSV in UTF-8.")},
    )
    def get(self, request: Request) -> HttpResponse:
        """Hand out."""
        viewer = viewer_in(request)
        viewer.require(Capability.SEE_ALL_CUSTOMERS)
        customer = access_customer(viewer, self.asked["customer"])
        today = today_of_provider(viewer.provider_id, database_now())
        name = f"installed-products-{customer.number}.csv"
        return download(as_csv(list_of(customer.pk, today)), name=name, media_type="text/csv")


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
