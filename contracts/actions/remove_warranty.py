"""Take a product off a warranty list."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._history import remember
from contracts.actions._warranty import WarrantyFacts
from contracts.models import DeviceEventKind, WarrantyItem


def remove_warranty(*, item: WarrantyItem, actor: Viewer) -> None:
    """Take a line off the list, as if it had never been there; the history keeps it.

    Raises NotAllowed.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    rows = WarrantyItem.objects.select_related("contract", "device")
    item = rows.select_for_update(of=("self",)).get(pk=item.pk)
    facts = WarrantyFacts(item.starts_on, item.ends_on, item.note)
    told = {"contract": item.contract.number, **facts.plain()}
    remember(item.device, DeviceEventKind.WARRANTY_REMOVED, actor, **told)
    record(actor, "warranty.removed", item.device, id=item.pk, **told)
    item.delete()
