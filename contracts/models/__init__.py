"""Sites, devices, calendars, and what was promised."""

from contracts.models.calendars import Calendar, CalendarVersion
from contracts.models.goods import DeviceEvent, DeviceEventKind, ProductModel, WarrantyItem
from contracts.models.life import ContractEvent, ContractPolicy, ContractReminder, Milestone
from contracts.models.places import Device, DeviceKind, Site
from contracts.models.promises import (
    Clause,
    Contract,
    ContractState,
    Cover,
    Ending,
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
    "ContractEvent",
    "ContractPolicy",
    "ContractReminder",
    "ContractState",
    "Cover",
    "Device",
    "DeviceEvent",
    "DeviceEventKind",
    "DeviceKind",
    "Ending",
    "Milestone",
    "ProductModel",
    "RateCard",
    "Site",
    "Terms",
    "Tier",
    "TierClause",
    "WarrantyItem",
]
