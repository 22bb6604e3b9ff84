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
from contracts.models.rates import RateCard

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
    "RateCard",
    "Site",
    "Terms",
    "Tier",
    "TierClause",
    "WarrantyItem",
]
