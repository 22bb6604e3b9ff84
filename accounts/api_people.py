"""Reading people and customers over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.allowances import Allowance, Reach
from accounts.api import Named, viewer_in
from accounts.api_scopes import ApiScope
from accounts.capabilities import Capability, Role
from accounts.models import Customer, Membership
from accounts.viewer import Viewer
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import ChoiceField, QueryFlagField, QueryIdField
from calcom_portal.common.api.keysets import BY_ID, PageQuery, page_of
from calcom_portal.common.api.views import PortalView

ROLES = [role.value for role in Role if role is not Role.SYSTEM]
PEOPLE_FILTERS = {"customer": "customer_id", "role": "role", "is_active": "is_active"}

PERSON = {
    "id": 12,
    "name": "Elena Moreno",
    "email": "elena@bayview.example",
    "role": "customer_user",
    "is_active": True,
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "sees": "sites",
    "sites": [4],
    "may_approve_changes": False,
}
CUSTOMER = {
    "id": 3,
    "name": "Bayview Dental Group",
    "number": "C-1003",
    "phone": "+14155550123",
    "is_active": True,
    "leaves_on": None,
}


class PersonShape(serializers.Serializer[Any]):
    """A person in the company: what `reporter`, `technician` and `person` take is the id."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(ROLES)
    is_active = serializers.BooleanField(help_text="false: the access is closed.")
    customer = Named(allow_null=True, help_text="null for the provider's own people.")
    sees = serializers.ChoiceField(
        [reach.value for reach in Reach],
        source="allowance.reach.value",
        help_text="`all`; `sites`: some, and what they reported; `own`: what they reported.",
    )
    sites = serializers.ListField(
        child=serializers.IntegerField(),
        source="site_limit",
        allow_null=True,
        help_text="Ids of the sites that they see; null: every site.",
    )
    may_approve_changes = serializers.BooleanField()

    def to_representation(self, instance: Membership) -> dict[str, Any]:
        """Return the person with how much they see."""
        instance.allowance = Allowance.of(instance)  # type: ignore[attr-defined]
        shape: dict[str, Any] = super().to_representation(instance)
        return shape


class CustomerShape(serializers.Serializer[Any]):
    """A company that is served."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    number = serializers.CharField()
    phone = serializers.CharField()
    is_active = serializers.BooleanField()
    leaves_on = serializers.DateField(allow_null=True, help_text="Their last day, if they leave.")


class PersonPage(serializers.Serializer[Any]):
    """Some people, and where the next ones are."""

    items = PersonShape(many=True)
    next = serializers.URLField(allow_null=True)


class CustomerPage(serializers.Serializer[Any]):
    """Some customers, and where the next ones are."""

    items = CustomerShape(many=True)
    next = serializers.URLField(allow_null=True)


class PeopleQuery(PageQuery):
    """Which people are wanted."""

    customer = QueryIdField(required=False)
    role = ChoiceField(ROLES, required=False)
    is_active = QueryFlagField(required=False)


class CustomerQuery(PageQuery):
    """Which customers are wanted."""

    is_active = QueryFlagField(required=False)


class PeopleView(PortalView):
    """People, as far as the pages show them to the key's person."""

    scopes = {"GET": ApiScope.PEOPLE_READ.value}
    query = PeopleQuery

    @extend_schema(
        operation_id="people_list",
        summary="List people",
        description="A customer's administrator sees colleagues. Staff see the people of customers,"
        " administrators of the provider their own people too.",
        tags=["people"],
        parameters=[PeopleQuery],
        responses=PersonPage,
        examples=[OpenApiExample("A page", {"items": [PERSON], "next": None}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = _people_shown_to(viewer_in(request))
        for name, lookup in PEOPLE_FILTERS.items():
            if name in self.asked:
                rows = rows.filter(**{lookup: self.asked[name]})
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": PersonShape(items, many=True).data, "next": following})


class CustomersView(PortalView):
    """Customers, for the provider's staff."""

    scopes = {"GET": ApiScope.CUSTOMERS_READ.value}
    query = CustomerQuery

    @extend_schema(
        operation_id="customers_list",
        summary="List customers",
        description="For the provider's staff.",
        tags=["customers"],
        parameters=[CustomerQuery],
        responses=CustomerPage,
        examples=[
            OpenApiExample("A page", {"items": [CUSTOMER], "next": None}, response_only=True)
        ],
    )
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.SEE_ALL_CUSTOMERS)
        rows: QuerySet[Customer] = Customer.objects.all()
        if "is_active" in self.asked:
            rows = rows.filter(is_active=self.asked["is_active"])
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": CustomerShape(items, many=True).data, "next": following})


def _people_shown_to(viewer: Viewer) -> QuerySet[Membership]:
    rows: QuerySet[Membership] = Membership.objects.select_related("customer")
    if viewer.is_customer:
        viewer.require(Capability.MANAGE_COLLEAGUES)
        return rows.filter(customer_id=viewer.own_customer_id)
    viewer.require(Capability.SEE_ALL_CUSTOMERS)
    # As on the pages: a customer's page shows its people, the list of people is for managers.
    return rows if viewer.can(Capability.MANAGE_COLLEAGUES) else rows.exclude(customer=None)
