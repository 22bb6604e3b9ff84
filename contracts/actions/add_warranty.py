"""Put a product on a contract's warranty list."""

from __future__ import annotations

from dataclasses import asdict

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.actions._history import remember
from contracts.actions._warranty import (
    WarrantyFacts,
    check_warranty,
    one_at_a_time,
    refuse_cancelled,
)
from contracts.models import Contract, Device, DeviceEventKind, WarrantyItem


def add_warranty(
    *, contract: Contract, device: Device, facts: WarrantyFacts, actor: Viewer
) -> WarrantyItem:
    """Add a line to a contract's list (clause WARRANTY).

    Raises NotAllowed, RuleBroken for a cancelled contract, and BadInput for another customer's or a
    retired device, an end before the start, or days on which the device is under warranty already.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    refuse_cancelled(contract)
    if device.customer_id != contract.customer_id or device.retired_on:
        raise BadInput(
            f"{device} is not in service at the customer of contract {contract.number}.",
            field="device",
            remedy="Choose one of the customer's devices.",
        )
    check_warranty(facts, device)
    with one_at_a_time(device):
        item: WarrantyItem = WarrantyItem.objects.create(
            provider_id=contract.provider_id,
            customer_id=contract.customer_id,
            contract=contract,
            device=device,
            **asdict(facts),
        )
    told = {"contract": contract.number, **facts.plain()}
    remember(device, DeviceEventKind.WARRANTY_ADDED, actor, **told)
    record(actor, "warranty.added", device, id=item.pk, **told)
    return item
