"""Tells the apps below what inspections add to them."""

from __future__ import annotations

from accounts.founding import register
from contracts.device_parts import register_device_part
from notifications.kinds import register_kinds
from upkeep.inspecting.checklists import found_checklist
from upkeep.inspecting.device_part import inspections_of_device
from upkeep.inspecting.notices import KINDS


def register_inspections() -> None:
    """Register notices, the part of a device's page, and what a new provider starts with."""
    register(found_checklist)
    register_kinds(*KINDS)
    register_device_part(inspections_of_device)
