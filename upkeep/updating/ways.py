"""By which system a device is updated: itself, or for a phone the phone system of its site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calcom_portal.common.errors import RuleBroken
from contracts.models import Device, DeviceKind
from upkeep.changing.systems import ASTERISK, Changeable, changeable, refuse_unchangeable
from upkeep.models import BackupPlan, Method


@dataclass(frozen=True, slots=True)
class Way:
    """The system that is reached and backed up, and what the driver is told."""

    system: Changeable
    settings: dict[str, Any]


def way_to(device: Device, method: str) -> Way | None:
    """Return how a device is updated by `method`; None where the portal has no way to it."""
    system = _phone_system_of(device) if method == Method.HTTP else changeable(device)
    if system is None or method == Method.HAND:
        return None
    return Way(system, _settings(system, device, method))


def refuse_wayless(device: Device, method: str) -> Way:
    """Return how a device is updated. Raises RuleBroken with the reason."""
    way = way_to(device, method)
    if way is not None:
        return way
    if method != Method.HTTP:
        refuse_unchangeable(device)
    raise RuleBroken(
        f"{device.name} is not updated from here: it has to be a phone with an extension, and the"
        " backup plan of its site's phone system has to say where phones fetch from.",
        remedy="Update it at the device, and record it by hand.",
    )


def _phone_system_of(device: Device) -> Changeable | None:
    """Return the one phone system at the site of a phone that tells where phones fetch from."""
    if device.kind != DeviceKind.PHONE or not device.extension:
        return None
    plans = BackupPlan.objects.filter(
        device__site=device.site_id, device__retired_on=None, driver=ASTERISK
    ).select_related("device")
    found = [plan.device for plan in plans if plan.settings.get("phones_folder")]
    return changeable(found[0]) if len(found) == 1 else None


def _settings(system: Changeable, device: Device, method: str) -> dict[str, Any]:
    told = system.settings
    if method != Method.HTTP:
        return told
    names = {"{serial}": device.serial, "{extension}": device.extension}
    file = str(told.get("phones_file") or "")
    for name, value in names.items():
        file = file.replace(name, value)
    return {
        **told,
        "folder": told.get("phones_folder"),
        "phone_file": file,
        "key": told.get("phones_key"),
        "base_url": told.get("phones_url"),
        "endpoint": device.extension,
    }
