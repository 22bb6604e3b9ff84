"""Sites, devices, calendars, and what was promised."""

from contracts.models.calendars import Calendar, CalendarVersion
from contracts.models.goods import DeviceEvent, DeviceEventKind, ProductModel, WarrantyItem
from contracts.models.places import Device, DeviceKind, Site
from contracts.models.promises import (
    Clause,
    Contract,
    ContractState,
    Cover,
    Terms,
    Tier,
    TierClause,
)

__all__ = [
    "Calendar",
    "CalendarVersion",
    "Clause",
    "Contract",
    "ContractState",
    "Cover",
    "Device",
    "DeviceEvent",
    "DeviceEventKind",
    "DeviceKind",
    "ProductModel",
    "Site",
    "Terms",
    "Tier",
    "TierClause",
    "WarrantyItem",
]
