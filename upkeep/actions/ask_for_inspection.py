"""Plan an inspection beside those that are owed."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from upkeep.models import Inspection


@transaction.atomic
def ask_for_inspection(*, device: Device, actor: Viewer) -> Inspection:
    """Plan one now. Whether it is covered is decided by the contract, as for any labour.

    Raises NotAllowed, and RuleBroken for a device out of service or one that has an open one.
    """
    actor.require(Capability.MANAGE_INSPECTIONS)
    device = Device.objects.select_for_update().get(pk=device.pk)
    if device.retired_on is not None:
        raise RuleBroken(f"{device.name} is out of service: there is nothing to inspect.")
    if Inspection.objects.filter(device=device).open().exists():
        raise RuleBroken(
            f"An inspection of {device.name} is planned already.", remedy="Agree on its date."
        )
    inspection: Inspection = Inspection.objects.create(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        site_id=device.site_id,
        device=device,
        planned_at=database_now(),
    )
    record(actor, "inspection.asked", inspection, device=device.name)
    return inspection
