"""Which systems can be changed from here, and where their files are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from calcom_portal.common.errors import RuleBroken
from contracts.models import Device
from monitoring.models import Connection
from upkeep.changes.catalogue import KINDS, Kind
from upkeep.models import BackupDriver, BackupPlan
from upkeep.reach import reach_of, refuse_unusable

ASTERISK = BackupDriver.ASTERISK.value
OVER_SSH = (ASTERISK, BackupDriver.SSH.value)
CONFIG = "/etc/asterisk"


@dataclass(frozen=True, slots=True)
class Changeable:
    """A system that can be changed: its device, how it is reached, what its plan says."""

    device: Device
    plan: BackupPlan
    connection: Connection

    @property
    def is_asterisk(self) -> bool:
        """Is it an Asterisk?"""
        return bool(self.plan.driver == ASTERISK)

    @property
    def kinds(self) -> list[Kind]:
        """Return what can be changed of it."""
        return [kind for kind in KINDS.values() if self.is_asterisk or not kind.is_asterisk]

    @property
    def settings(self) -> dict[str, Any]:
        """Return what its plan was told."""
        return dict(self.plan.settings)

    @property
    def services(self) -> list[str]:
        """Return the services that may be told to load a file again."""
        return [str(name) for name in self.settings.get("services", [])]

    @property
    def places(self) -> list[str]:
        """Return the folders and files that it may be changed in: what is backed up."""
        own = [self.config] if self.is_asterisk else []
        return [*own, *(str(path) for path in self.settings.get("paths", []))]

    @property
    def config(self) -> str:
        """Return the folder of Asterisk's configuration."""
        return str(self.settings.get("config") or CONFIG).rstrip("/")

    def path_of(self, name: str) -> str:
        """Return the path of a file that the catalogue names, or of one given by path."""
        return name if name.startswith("/") else f"{self.config}/{name}"

    def may_hold(self, path: str) -> bool:
        """Is this file among what is backed up? Only such a file may be changed."""
        return any(
            path == place or path.startswith(f"{place.rstrip('/')}/") for place in self.places
        )


def changeable(device: Device) -> Changeable | None:
    """Return how a system can be changed from here; None where it cannot be."""
    plan = BackupPlan.objects.filter(device=device, driver__in=OVER_SSH).first()
    if plan is None or plan.connection_id is None:
        return None
    rows = Connection.objects.select_related("credential", "device")
    connection = rows.get(pk=plan.connection_id)
    try:
        refuse_unusable(connection)
    except RuleBroken:
        return None
    return Changeable(device, plan, connection)


def why_not(device: Device) -> str:
    """Return in words why a system cannot be changed from here."""
    plan = BackupPlan.objects.select_related("connection").filter(device=device).first()
    if plan is None:
        return f"{device.name} has no backup plan, and nothing is changed without a backup."
    if plan.driver not in OVER_SSH or plan.connection is None:
        return f"{device.name} is not reached over SSH."
    try:
        refuse_unusable(plan.connection)
    except RuleBroken as error:
        return f"{error.message} {error.remedy}"
    return ""


def refuse_unchangeable(device: Device) -> Changeable:
    """Return how a system can be changed. Raises RuleBroken with the reason."""
    found = changeable(device)
    if found is None:
        raise RuleBroken(
            why_not(device), remedy="Make the change at the system, and record it by hand."
        )
    return found


def changeable_of(devices: Sequence[Device]) -> dict[int, Changeable]:
    """Return those systems that can be changed, by id."""
    found = ((device.pk, changeable(device)) for device in devices)
    return {pk: system for pk, system in found if system is not None}


__all__ = [
    "Changeable",
    "changeable",
    "changeable_of",
    "reach_of",
    "refuse_unchangeable",
    "why_not",
]
