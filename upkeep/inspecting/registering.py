"""Tells the apps below what inspections add to them."""

from __future__ import annotations

from accounts.founding import register
from notifications.kinds import register_kinds
from upkeep.inspecting.checklists import found_checklist
from upkeep.inspecting.notices import KINDS


def register_inspections() -> None:
    """Register the kinds of notices, and what a new provider starts with."""
    register(found_checklist)
    register_kinds(*KINDS)
