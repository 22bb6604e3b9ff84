"""Write down by hand which version a device runs."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from tickets.text import checked_line
from upkeep.models import FirmwareSeen
from upkeep.seen import see_version


def record_version(*, device: Device, version: str, actor: Viewer) -> FirmwareSeen:
    """Write down the version that a person read off a device. Raises NotAllowed, BadInput."""
    actor.require(Capability.WORK_TICKETS)
    version = checked_line(version, field="version", what="The version", limit=80)
    device = Device.objects.select_for_update().get(pk=device.pk)
    seen = see_version(device, version, source=f"Read by {actor.name}", at=database_now())
    record(actor, "version.recorded", device, id=device.pk, version=version)
    return seen
