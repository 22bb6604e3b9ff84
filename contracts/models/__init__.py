"""Sites, devices, calendars, and what was promised."""

from contracts.models.calendars import Calendar, CalendarVersion
from contracts.models.expiry import ExpiryKind, ExpirySetting, ExpiryWarning
from contracts.models.goods import DeviceEvent, DeviceEventKind, ProductModel, WarrantyItem
from contracts.models.imports import GoodsImport, ImportRow, ImportState
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
from contracts.models.signatures import Signature, SignatureMethod, SigningRequest, SigningState
from contracts.models.words import DeviceWord

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
    "DeviceWord",
    "Ending",
    "ExpiryKind",
    "ExpirySetting",
    "ExpiryWarning",
    "GoodsImport",
    "ImportRow",
    "ImportState",
    "Milestone",
    "ProductModel",
    "RateCard",
    "Signature",
    "SignatureMethod",
    "SigningRequest",
    "SigningState",
    "Site",
    "Terms",
    "Tier",
    "TierClause",
    "WarrantyItem",
]
