"""Say how early warranty and support ends are told."""

from __future__ import annotations

from collections.abc import Collection

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.expiry import MOST_DAYS, MOST_HORIZONS
from contracts.models import ExpirySetting


def set_expiry_days(*, days: Collection[int], actor: Viewer) -> None:
    """Keep the horizons, in days before an end. Raises NotAllowed, and BadInput naming `days`."""
    actor.require(Capability.MANAGE_CONTRACTS)
    wanted = sorted(set(days), reverse=True)
    if not 1 <= len(wanted) <= MOST_HORIZONS or not all(1 <= day <= MOST_DAYS for day in wanted):
        raise BadInput(
            f"Write one to {MOST_HORIZONS} numbers from 1 to {MOST_DAYS}.",
            field="days",
            remedy="For example 90, 30, 7.",
        )
    ExpirySetting.objects.update_or_create(provider_id=actor.provider_id, defaults={"days": wanted})
    record(actor, "expiry.days_set", "Warnings before warranty ends", days=wanted)
