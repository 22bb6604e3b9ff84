"""Writing what is installed: sites, models, warranty lists and swaps."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from accounts.access import access_customer
from accounts.api_scopes import ApiScope
from accounts.api_writes import Call, Values, Write
from accounts.capabilities import Capability
from accounts.models import Customer
from calcom_portal.common.api.fields import (
    ChoiceField,
    DayField,
    FlagField,
    IdField,
    LineField,
    ZoneField,
)
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.errors import BadInput, Missing
from contracts.access import (
    access_contract,
    access_device,
    access_product_model,
    access_site,
    access_warranty,
)
from contracts.actions import (
    DeviceFacts,
    ModelFacts,
    Swap,
    WarrantyFacts,
    add_warranty,
    create_product_model,
    create_site,
    edit_product_model,
    edit_site,
    edit_warranty,
    remove_warranty,
    swap_device,
)
from contracts.api.examples import DEVICE, SITE
from contracts.api.goods import MODEL, WARRANTY, ModelShape, WarrantyShape
from contracts.api.shapes import DeviceShape, SiteShape
from contracts.models import (
    Contract,
    Device,
    DeviceKind,
    ProductModel,
    Site,
    WarrantyItem,
)

DEVICES, CONTRACTS = ApiScope.DEVICES_WRITE, ApiScope.CONTRACTS_WRITE
PLACES, LISTS = Capability.MANAGE_DEVICES, Capability.MANAGE_CONTRACTS
SAME = ("name", "kind", "vendor", "model", "asset_tag", "room", "extension")


class SiteChange(StrictSerializer):
    """What changes of a site."""

    name = LineField(max_length=120, required=False)
    address = LineField(max_length=240, required=False, allow_blank=True)
    zone = ZoneField(required=False)


class SiteInput(SiteChange):
    """A new site."""

    customer = IdField()
    name = LineField(max_length=120)
    zone = ZoneField()


class ModelChange(StrictSerializer):
    """What changes of a model."""

    vendor = LineField(max_length=80, required=False)
    model = LineField(max_length=80, required=False)
    kind = ChoiceField(DeviceKind.values, required=False)
    support_ends_on = DayField(required=False, allow_null=True)


class ModelInput(ModelChange):
    """A new model."""

    vendor = LineField(max_length=80)
    model = LineField(max_length=80)
    kind = ChoiceField(DeviceKind.values)


class WarrantyChange(StrictSerializer):
    """What changes of a line; both days are included."""

    starts_on = DayField(required=False)
    ends_on = DayField(required=False)
    note = LineField(max_length=200, required=False, allow_blank=True)


class WarrantyInput(WarrantyChange):
    """A new line of a contract's list."""

    contract = IdField()
    device = IdField()
    starts_on = DayField()
    ends_on = DayField()


class SwapInput(StrictSerializer):
    """What is put in; what is left out is as with the old device."""

    serial = LineField(max_length=80)
    swapped_on = DayField()
    reason = LineField(max_length=200, required=False, default="", allow_blank=True)
    tickets_follow = FlagField(default=True)
    name = LineField(max_length=120, required=False)
    kind = ChoiceField(DeviceKind.values, required=False)
    vendor = LineField(max_length=80, required=False, allow_blank=True)
    model = LineField(max_length=80, required=False, allow_blank=True)
    asset_tag = LineField(max_length=40, required=False, allow_blank=True)
    room = LineField(max_length=80, required=False, allow_blank=True)
    extension = LineField(max_length=20, required=False, allow_blank=True)


def customer_of(call: Call) -> Customer:
    """Return the customer that a call names. Raises BadInput."""
    try:
        return access_customer(call.viewer, call.values["customer"])
    except Missing as error:
        raise BadInput(error.message, field="customer", remedy="Check the id.") from error


def named_contract(call: Call) -> Contract:
    """Return the contract that a call names. Raises BadInput."""
    try:
        return access_contract(call.viewer, call.values["contract"])
    except Missing as error:
        raise BadInput(error.message, field="contract", remedy="Check the id.") from error


def _device(call: Call) -> Device:
    try:
        return access_device(call.viewer, call.values["device"])
    except Missing as error:
        raise BadInput(error.message, field="device", remedy="Check the id.") from error


def _merged(row: Any, names: tuple[str, ...], values: Values) -> Values:
    """Return what is known of `row`, with what a call changes. Raises BadInput for nothing."""
    if not values:
        raise BadInput("Nothing is to be changed.", field="body", remedy="Send what changes.")
    return {name: getattr(row, name) for name in names} | values


def _add_site(call: Call) -> Site:
    values = call.values | {"customer": customer_of(call)}
    return create_site(**values, actor=call.viewer)


def _edit_site(call: Call) -> Site:
    site = access_site(call.viewer, call.id())
    values = _merged(site, ("name", "address", "zone"), call.values)
    edit_site(site=site, **values, actor=call.viewer)
    return access_site(call.viewer, site.pk)


def _add_model(call: Call) -> ProductModel:
    return create_product_model(facts=ModelFacts(**call.values), actor=call.viewer)


def _edit_model(call: Call) -> ProductModel:
    product = access_product_model(call.viewer, call.id())
    names = tuple(asdict(ModelFacts("", "", "")))
    facts = ModelFacts(**_merged(product, names, call.values))
    return edit_product_model(product=product, facts=facts, actor=call.viewer)


def _add_warranty(call: Call) -> WarrantyItem:
    values = call.values
    facts = WarrantyFacts(values["starts_on"], values["ends_on"], values.get("note", ""))
    item = add_warranty(
        contract=named_contract(call), device=_device(call), facts=facts, actor=call.viewer
    )
    return access_warranty(call.viewer, item.pk)


def _edit_warranty(call: Call) -> WarrantyItem:
    item = access_warranty(call.viewer, call.id())
    facts = WarrantyFacts(**_merged(item, ("starts_on", "ends_on", "note"), call.values))
    edit_warranty(item=item, facts=facts, actor=call.viewer)
    return access_warranty(call.viewer, item.pk)


def _remove_warranty(call: Call) -> WarrantyItem:
    item = access_warranty(call.viewer, call.id())
    remove_warranty(item=item, actor=call.viewer)
    return item


def _swap(call: Call) -> Device:
    old, values = access_device(call.viewer, call.id()), call.values
    known = {name: values.get(name, getattr(old, name)) for name in SAME}
    day = values["swapped_on"]
    facts = DeviceFacts(serial=values["serial"], installed_on=day, **known)
    swap = Swap(facts, day, values["reason"], values["tickets_follow"])
    made = swap_device(device=old, swap=swap, actor=call.viewer)
    return access_device(call.viewer, made.pk)


NEW_SITE = {"customer": 3, "name": "Market Street", "zone": "America/Los_Angeles"}
NEW_MODEL = {"vendor": "Panasonic", "model": "KX-NS700", "kind": "pbx"}
DAYS = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
SWAPPED = {"serial": "4C-00002", "swapped_on": "2026-06-15", "reason": "Power supply burnt out"}
KEEPS = "Only what is sent changes."

ADD_SITE = Write(
    "sites_add",
    "Add a site",
    "A place of a customer.",
    DEVICES,
    PLACES,
    _add_site,
    SiteShape,
    SITE,
    SiteInput,
    NEW_SITE,
    status=201,
    ids=(),
    place="api_site",
)
EDIT_SITE = Write(
    "sites_edit",
    "Change a site",
    KEEPS,
    DEVICES,
    PLACES,
    _edit_site,
    SiteShape,
    SITE,
    SiteChange,
    {"address": "14 Market Street"},
)
ADD_MODEL = Write(
    "models_add",
    "Add a model",
    "Devices that name it are linked to it.",
    DEVICES,
    PLACES,
    _add_model,
    ModelShape,
    MODEL,
    ModelInput,
    NEW_MODEL,
    status=201,
    ids=(),
)
EDIT_MODEL = Write(
    "models_edit",
    "Change a model",
    f"{KEEPS} Its devices take over maker and name.",
    DEVICES,
    PLACES,
    _edit_model,
    ModelShape,
    MODEL,
    ModelChange,
    {"support_ends_on": "2028-03-31"},
)
ADD_WARRANTY = Write(
    "warranties_add",
    "Put a device on a contract's warranty list",
    "Clause WARRANTY.",
    CONTRACTS,
    LISTS,
    _add_warranty,
    WarrantyShape,
    WARRANTY,
    WarrantyInput,
    {"contract": 2, "device": 9, **DAYS},
    status=201,
    ids=(),
)
EDIT_WARRANTY = Write(
    "warranties_edit",
    "Change a warranty line",
    KEEPS,
    CONTRACTS,
    LISTS,
    _edit_warranty,
    WarrantyShape,
    WARRANTY,
    WarrantyChange,
    {"ends_on": "2026-12-31"},
)
REMOVE_WARRANTY = Write(
    "warranties_remove",
    "Take a line off a warranty list",
    "As if it had never been there; the device's history keeps it. Answers with the line as it was",
    CONTRACTS,
    LISTS,
    _remove_warranty,
    WarrantyShape,
    WARRANTY,
)
SWAP = Write(
    "devices_swap",
    "Swap a device",
    "Retires it and puts another in its place, to which cover and warranty go over (clauses "
    "WARRANTY and SWAP). Answers with the new one.",
    DEVICES,
    Capability.SWAP_DEVICES,
    _swap,
    DeviceShape,
    DEVICE | {"replaces": 8},
    SwapInput,
    SWAPPED,
    status=201,
)
