"""A customer leaves, over the API: what would follow, the last day, and calling it off."""

from __future__ import annotations

from typing import Any

from django.urls import path
from rest_framework import serializers

from accounts.access import access_customer
from accounts.actions import keep_customer, let_customer_go
from accounts.api_people import CUSTOMER, CustomerShape
from accounts.api_people_writing import CUSTOMERS, KEEP
from accounts.api_writes import Call, Values, Write, view_of
from accounts.models import Customer
from accounts.offboarding import Consequence, Leaving, foresee
from calcom_portal.common.api.fields import DayField, FlagField
from calcom_portal.common.api.serializers import StrictSerializer


class LeavingInput(StrictSerializer):
    """When somebody leaves, and what becomes of their open tickets."""

    last_day = DayField(help_text="A day that is over takes effect at once.")
    closes_tickets = FlagField(default=False, help_text="Their open tickets are closed then.")


class ConsequenceShape(serializers.Serializer[Consequence]):
    """One thing that would change, with the first of them by name."""

    text = serializers.CharField()
    names = serializers.ListField(child=serializers.CharField())


class ForeseenShape(serializers.Serializer[Any]):
    """Everything that would change."""

    consequences = ConsequenceShape(many=True)


class LeavingCustomerShape(CustomerShape):
    """A customer with the last day; null for one who stays."""

    last_day = DayField(source="leaves_on", allow_null=True)
    closes_tickets = serializers.BooleanField(source="leaving_closes")
    has_left = serializers.SerializerMethodField()

    def get_has_left(self, customer: Customer) -> bool:
        """Is the last day over, and everything carried out?"""
        return customer.left_at is not None


def _customer(call: Call) -> Customer:
    return access_customer(call.viewer, call.id())


def _leaving(call: Call) -> Leaving:
    return Leaving(call.values["last_day"], call.values["closes_tickets"])


def _foreseen(call: Call) -> Values:
    return {"consequences": foresee(_customer(call), _leaving(call))}


def _let_go(call: Call) -> Customer:
    return let_customer_go(customer=_customer(call), leaving=_leaving(call), actor=call.viewer)


ASKED = {"last_day": "2026-06-30", "closes_tickets": True}
LEAVING = CUSTOMER | ASKED | {"has_left": False}
ON_CUSTOMERS = {
    "leave/preview": Write(
        "customers_leave_preview",
        "See what follows when a customer leaves",
        "Nothing is changed.",
        CUSTOMERS,
        KEEP,
        _foreseen,
        ForeseenShape,
        {"consequences": [{"text": "One contract ends.", "names": ["2026-014"]}]},
        LeavingInput,
        ASKED,
    ),
    "leave": Write(
        "customers_leave",
        "Set the last day of a customer",
        "What follows happens when that day is over; until then it can be called off.",
        CUSTOMERS,
        KEEP,
        _let_go,
        LeavingCustomerShape,
        LEAVING,
        LeavingInput,
        ASKED,
    ),
    "keep": Write(
        "customers_keep",
        "Call off that a customer leaves",
        "Until they have left.",
        CUSTOMERS,
        KEEP,
        lambda call: keep_customer(customer=_customer(call), actor=call.viewer),
        LeavingCustomerShape,
        LEAVING | {"last_day": None},
    ),
}

urlpatterns = [
    path(
        f"customers/<str:id>/actions/{verb}",
        view_of(write).as_view(),
        name=f"api_{write.name}",
    )
    for verb, write in ON_CUSTOMERS.items()
]
