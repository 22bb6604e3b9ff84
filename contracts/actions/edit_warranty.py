"""Change a line of a warranty list."""

from __future__ import annotations

from dataclasses import asdict

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._history import remember
from contracts.actions._warranty import WarrantyFacts, check_warranty, one_at_a_time
from contracts.models import DeviceEventKind, WarrantyItem


def edit_warranty(*, item: WarrantyItem, facts: WarrantyFacts, actor: Viewer) -> WarrantyItem:
    """Change days or note of a line; what changes is kept in the device's history.

    Raises NotAllowed, and BadInput for an end before the start or days of another line.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    rows = WarrantyItem.objects.select_related("contract", "device")
    item = rows.select_for_update(of=("self",)).get(pk=item.pk)
    check_warranty(facts, item.device, but=item)
    before = WarrantyFacts(item.starts_on, item.ends_on, item.note)
    if before == facts:
        return item
    for name, value in asdict(facts).items():
        setattr(item, name, value)
    with one_at_a_time(item.device):
        item.save(update_fields=["starts_on", "ends_on", "note"])
    told = {"contract": item.contract.number, **facts.plain(), "before": before.plain()}
    remember(item.device, DeviceEventKind.WARRANTY_CHANGED, actor, **told)
    record(actor, "warranty.changed", item.device, id=item.pk, **told)
    return item
