"""What somebody may want of a plan: every bound, with the field that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.models import Device
from monitoring.models import Connection
from upkeep.backups.plan_settings import checked_plan_settings
from upkeep.models import BackupDriver
from upkeep.reach import refuse_unusable
from upkeep.services import FETCHING

A_YEAR = 366 * 24
SMALLEST_QUOTA = 1024 * 1024
MOST_KEPT = 400


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What somebody wants of a plan. `settings` are those of its driver (`plan_settings`).

    `every_hours` None takes nothing by itself; `quota_bytes` None sets no bound.
    """

    driver: str
    connection: Connection | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    every_hours: int | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    expected_hours: int = 216
    keep_daily: int = 14
    keep_weekly: int = 8
    keep_monthly: int = 12
    keep_yearly: int = 2
    quota_bytes: int | None = None
    rehearses: bool = True


def checked_wish(wish: PlanWish, device: Device) -> PlanWish:
    """Return a wish as it is kept. Raises BadInput with the field."""
    if wish.driver not in BackupDriver.values:
        raise BadInput("Choose one of the ways offered.", field="driver")
    for name, least, most in BOUNDS:
        value = getattr(wish, name)
        if value is not None and not least <= value <= most:
            raise BadInput(f"A number from {least:,} to {most:,}.", field=name)
    _refuse_half_hours(wish)
    if wish.driver in FETCHING:
        _refuse_connection(wish.connection, device)
    else:
        # Nobody fetches here, so there is no way in and no time for it.
        wish = replace(wish, connection=None, every_hours=None, opens_at=None, closes_at=None)
    if wish.every_hours is not None and wish.expected_hours <= wish.every_hours:
        raise BadInput(
            "An alarm would come before the next backup is due.",
            field="expected_hours",
            remedy="Allow more time than there is between two backups.",
        )
    return replace(wish, settings=checked_plan_settings(wish.driver, wish.settings))


BOUNDS = (
    ("every_hours", 1, A_YEAR),
    ("expected_hours", 1, A_YEAR),
    ("keep_daily", 1, MOST_KEPT),
    ("keep_weekly", 0, MOST_KEPT),
    ("keep_monthly", 0, MOST_KEPT),
    ("keep_yearly", 0, 100),
    ("quota_bytes", SMALLEST_QUOTA, 2**50),
)


def _refuse_half_hours(wish: PlanWish) -> None:
    if (wish.opens_at is None) != (wish.closes_at is None):
        missing = "opens_at" if wish.opens_at is None else "closes_at"
        raise BadInput("Say both when the hours begin and when they end.", field=missing)
    if wish.opens_at is not None and wish.opens_at == wish.closes_at:
        raise BadInput(
            "These hours end when they begin.",
            field="closes_at",
            remedy="Leave both empty where any time is good.",
        )


def _refuse_connection(connection: Connection | None, device: Device) -> None:
    if connection is None:
        raise BadInput(
            "Say over which connection its data is fetched.",
            field="connection",
            remedy="Add a connection by SSH on the page of the device first.",
        )
    if connection.device_id != device.pk:
        raise BadInput("This connection leads to another device.", field="connection")
    try:
        refuse_unusable(connection)
    except RuleBroken as refusal:
        raise BadInput(refusal.message, field="connection", remedy=refusal.remedy) from refusal
