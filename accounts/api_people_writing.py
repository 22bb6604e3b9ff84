"""Writing customers and people over the API, and taking data out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import path
from rest_framework import serializers

from accounts.access import access_customer, access_person
from accounts.actions import (
    change_customer,
    change_role,
    create_customer,
    deactivate_person,
    hand_over_work,
    invite_person,
    limit_person,
    reactivate_person,
    take_out_data,
)
from accounts.allowances import Allowance, Reach
from accounts.api import Named
from accounts.api_audit import AuditView
from accounts.api_jobs import JOB, JobShape
from accounts.api_people import (
    CUSTOMER,
    PERSON,
    ROLES,
    CustomerShape,
    CustomersView,
    PeopleView,
    PersonShape,
)
from accounts.api_scopes import ApiScope
from accounts.api_writes import Call, Values, Write, view_of
from accounts.capabilities import Capability
from accounts.models import Customer, Invitation, Job, Membership
from calcom_portal.common.api.fields import (
    ChoiceField,
    FlagField,
    IdField,
    InstantField,
    LineField,
)
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.fields import PhoneField

PEOPLE, CUSTOMERS = ApiScope.PEOPLE_WRITE, ApiScope.CUSTOMERS_WRITE
MANAGE, KEEP = Capability.MANAGE_COLLEAGUES, Capability.MANAGE_CUSTOMERS
FACTS = ("name", "number", "phone", "is_active")
MOST_SITES = 500

INVITATION = {
    "id": 8,
    "email": "nora@bayview.example",
    "name": "Nora New",
    "role": "customer_user",
    "customer": 3,
    "created_at": "2026-06-15T17:00:00.000000Z",
    "expires_at": "2026-06-22T17:00:00.000000Z",
}


class TelephoneField(LineField):
    """A telephone number with its country code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=32, **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the number in E.164."""
        try:
            return str(PhoneField(required=False).clean(super().to_internal_value(data)))
        except forms.ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class CustomerChange(StrictSerializer):
    """What changes of a customer."""

    name = LineField(max_length=160, required=False)
    number = LineField(max_length=20, required=False)
    phone = TelephoneField(required=False, allow_blank=True)
    is_active = FlagField(required=False, help_text="false: its people cannot sign in.")


class CustomerInput(StrictSerializer):
    """A new customer."""

    name = LineField(max_length=160)
    number = LineField(max_length=20)
    phone = TelephoneField(required=False, default="", allow_blank=True)


class LimitInput(StrictSerializer):
    """How much somebody sees of their company, and whether they approve changes."""

    sees = ChoiceField([reach.value for reach in Reach], default=Reach.ALL.value)
    sites = serializers.ListField(
        child=IdField(), required=False, max_length=MOST_SITES, help_text="With `sees: sites`."
    )
    may_approve_changes = FlagField(default=False)


class InviteInput(LimitInput):
    """Whom to invite, as what."""

    email = LineField(max_length=254)
    name = LineField(max_length=120)
    role = ChoiceField(ROLES)
    customer = IdField(
        required=False, allow_null=True, help_text="Left out: your own company, or the provider's."
    )


class RoleInput(StrictSerializer):
    """The new role."""

    role = ChoiceField(ROLES)


class SuccessorInput(StrictSerializer):
    """Who takes over what is in hand."""

    successor = IdField(
        required=False, allow_null=True, help_text="Left out: staff's work goes to the queue."
    )


class TakeoutInput(StrictSerializer):
    """What goes along."""

    with_notes = FlagField(default=False, help_text="Internal notes too; for the staff only.")


class InvitationShape(serializers.Serializer[Any]):
    """An invitation that was sent."""

    id = serializers.IntegerField()
    email = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(ROLES)
    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    created_at = InstantField()
    expires_at = InstantField()


class HandedShape(serializers.Serializer[Any]):
    """From whom, and how much was handed over."""

    person = Named()
    handed_over = serializers.IntegerField(help_text="How many things.")


def _customer(call: Call) -> Customer:
    return access_customer(call.viewer, call.id())


def _person(call: Call) -> Membership:
    return access_person(call.viewer, call.id())


def _change(call: Call) -> Customer:
    customer = _customer(call)
    if not call.values:
        raise BadInput("Nothing is to be changed.", field="body", remedy="Send what changes.")
    facts = {name: getattr(customer, name) for name in FACTS} | call.values
    return change_customer(customer=customer, **facts, actor=call.viewer)


def _allowance(values: Values) -> Allowance:
    """Return the limits that a call names. Raises BadInput for sites without `sees: sites`."""
    reach, sites = Reach(values["sees"]), values.get("sites")
    if (sites is not None) != (reach is Reach.SITES):
        raise BadInput(
            "Sites go with `sees: sites`, and nothing else.",
            field="sites",
            remedy="Name them, or choose another reach.",
        )
    chosen = None if sites is None else tuple(sites)
    return Allowance(chosen, reach is Reach.OWN, values["may_approve_changes"])


def _invite(call: Call) -> Invitation:
    values, viewer = call.values, call.viewer
    customer_id = values.get("customer") or viewer.customer_id
    try:
        customer = access_customer(viewer, customer_id) if customer_id else None
    except Missing as error:
        raise BadInput(error.message, field="customer", remedy="Check the id.") from error
    return invite_person(
        email=values["email"],
        name=values["name"],
        role=values["role"],
        customer=customer,
        allowance=_allowance(values),
        actor=viewer,
    )


def _limit(call: Call) -> Membership:
    person = _person(call)
    limit_person(person=person, allowance=_allowance(call.values), actor=call.viewer)
    return _person(call)


def _role(call: Call) -> Membership:
    change_role(person=_person(call), role=call.values["role"], actor=call.viewer)
    return _person(call)


def _deactivate(call: Call) -> Membership:
    successor = call.values.get("successor")
    deactivate_person(person=_person(call), successor_id=successor, actor=call.viewer)
    return _person(call)


def _reactivate(call: Call) -> Membership:
    reactivate_person(person=_person(call), actor=call.viewer)
    return _person(call)


def _hand_over(call: Call) -> Values:
    person, successor = _person(call), call.values.get("successor")
    count = hand_over_work(person=person, successor_id=successor, actor=call.viewer)
    return {"person": person, "handed_over": count}


def _take_out(call: Call) -> Job:
    with_notes = call.values["with_notes"]
    return take_out_data(customer=_customer(call), with_notes=with_notes, actor=call.viewer)


NEW = {"name": "Bayview Dental Group", "number": "C-1003", "phone": "+14155550123"}
INVITED = {
    "email": "nora@bayview.example",
    "name": "Nora New",
    "role": "customer_user",
    "customer": 3,
    "sees": "sites",
    "sites": [4],
}
ADD = Write(
    "customers_add",
    "Take on a customer",
    "For administrators of the provider.",
    CUSTOMERS,
    KEEP,
    lambda call: create_customer(**call.values, actor=call.viewer),
    CustomerShape,
    CUSTOMER,
    CustomerInput,
    NEW,
    status=201,
    ids=(),
)
CHANGE = Write(
    "customers_edit",
    "Change a customer",
    "Only what is sent changes.",
    CUSTOMERS,
    KEEP,
    _change,
    CustomerShape,
    CUSTOMER,
    CustomerChange,
    {"phone": "+14155550124"},
)
TAKE_OUT = Write(
    "customers_takeout",
    "Take out all data of a customer",
    "Starts long work; read `/jobs` until it is done, then its file. A customer's administrators "
    "take out their own company's.",
    CUSTOMERS,
    Capability.TAKE_OUT_DATA,
    _take_out,
    JobShape,
    JOB | {"state": "queued"},
    TakeoutInput,
    {"with_notes": False},
    status=201,
)
INVITE = Write(
    "people_invite",
    "Invite somebody",
    "By mail, for seven days.",
    PEOPLE,
    MANAGE,
    _invite,
    InvitationShape,
    INVITATION,
    InviteInput,
    INVITED,
    status=201,
    ids=(),
)
ON_PEOPLE = {
    "role": Write(
        "people_role",
        "Give somebody another role",
        "The last administrator stays one.",
        PEOPLE,
        MANAGE,
        _role,
        PersonShape,
        PERSON,
        RoleInput,
        {"role": "customer_admin"},
    ),
    "limit": Write(
        "people_limit",
        "Say how much somebody sees, and whether they approve changes",
        "What they wrote and reported stays theirs.",
        PEOPLE,
        MANAGE,
        _limit,
        PersonShape,
        PERSON,
        LimitInput,
        {"sees": "sites", "sites": [4]},
    ),
    "deactivate": Write(
        "people_deactivate",
        "Close somebody's access",
        "At once. What they did stays, under their name; what they have in hand goes to `successor`"
        ".",
        PEOPLE,
        MANAGE,
        _deactivate,
        PersonShape,
        PERSON | {"is_active": False},
        SuccessorInput,
        {"successor": 13},
    ),
    "reactivate": Write(
        "people_reactivate",
        "Open somebody's access again",
        "In the role they had.",
        PEOPLE,
        MANAGE,
        _reactivate,
        PersonShape,
        PERSON,
    ),
    "hand-over": Write(
        "people_hand_over",
        "Hand over what somebody has in hand",
        "Everything open goes to a colleague.",
        PEOPLE,
        MANAGE,
        _hand_over,
        HandedShape,
        {"person": {"id": 12, "name": "Elena Moreno"}, "handed_over": 3},
        SuccessorInput,
        {"successor": 13},
    ),
}

urlpatterns = [
    path("customers", view_of(ADD, CustomersView).as_view(), name="api_customers"),
    path("customers/<str:id>/actions/edit", view_of(CHANGE).as_view(), name="api_customer_edit"),
    path("customers/<str:id>/actions/takeout", view_of(TAKE_OUT).as_view(), name="api_takeout"),
    path("people", PeopleView.as_view(), name="api_people"),
    path("invitations", view_of(INVITE).as_view(), name="api_invitations"),
    *(
        path(f"people/<str:id>/actions/{verb}", view_of(write).as_view(), name=f"api_{write.name}")
        for verb, write in ON_PEOPLE.items()
    ),
    path("audit", AuditView.as_view(), name="api_audit"),
]
