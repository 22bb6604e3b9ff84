"""What monitoring tells the apps below of equipment."""

from __future__ import annotations

from accounts.takeout import register_takeout
from contracts.device_parts import (
    register_device_part,
    register_lights,
)
from contracts.history import register_history
from contracts.swapping import register_heir
from contracts.watching import register_watch
from monitoring.customer_home import wellbeing
from monitoring.device_history import outages_in_history
from monitoring.device_part import lights_for, watching_of
from monitoring.health_notices import SIGNED
from monitoring.health_part import health_of
from monitoring.notices import KINDS
from monitoring.swapped import watch_instead
from monitoring.taken_out import PARTS, files_of
from monitoring.watched import watched_spans
from notifications.kinds import register_kinds
from tickets.home_parts import register_wellbeing


def wire() -> None:
    """Register everything: once, when all models are loaded."""
    register_takeout(*PARTS, files=files_of)
    register_device_part(watching_of)
    register_device_part(health_of)
    register_lights(lights_for)
    register_wellbeing(wellbeing)
    register_kinds(*KINDS, SIGNED)
    register_history(outages_in_history)
    register_watch(watched_spans)
    register_heir(watch_instead)
