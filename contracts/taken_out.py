"""What this app gives to a take-out. Customers see signed contracts; drafts are the provider's."""

from __future__ import annotations

from django.db.models import Q

from accounts.takeout import Part
from contracts.models import (
    Contract,
    ContractEvent,
    ContractReminder,
    ContractState,
    Cover,
    Device,
    DeviceEvent,
    ExpiryWarning,
    GoodsImport,
    ImportRow,
    Signature,
    SigningRequest,
    Site,
    Terms,
    WarrantyItem,
)

OF_A_DRAFT = ~Q(contract__state=ContractState.SIGNED)

PARTS = (
    Part("sites", Site),
    Part("devices", Device),
    Part("device_events", DeviceEvent),
    Part("contracts", Contract, leaves_out=("draft",), hidden=~Q(state=ContractState.SIGNED)),
    Part("covers", Cover, hidden=OF_A_DRAFT),
    Part("terms", Terms, hidden=OF_A_DRAFT),
    Part("contract_events", ContractEvent, hidden=OF_A_DRAFT),
    Part("contract_reminders", ContractReminder, staff_only=True),
    Part("signing_requests", SigningRequest),
    Part("signatures", Signature),
    Part("imports", GoodsImport, leaves_out=("job_id",), staff_only=True),
    Part("import_rows", ImportRow, staff_only=True),
    Part("expiry_warnings", ExpiryWarning, staff_only=True),
    Part("warranties", WarrantyItem, hidden=OF_A_DRAFT),
)
