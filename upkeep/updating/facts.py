"""The facts of an update: what was done, one after the other. Never changed."""

from __future__ import annotations

from calcom_portal.common.tenancy import database_now
from upkeep.models import FirmwareStep, FirmwareUpdate

BY_HAND = "by_hand"
DONE, FAILED = "done", "failed"


def write_fact(update: FirmwareUpdate, code: str, *, is_well: bool, words: str = "") -> None:
    """Add a fact. The update is locked."""
    FirmwareStep.objects.create(
        provider_id=update.provider_id,
        customer_id=update.customer_id,
        update=update,
        number=FirmwareStep.objects.filter(update=update).count() + 1,
        code=code,
        outcome=DONE if is_well else FAILED,
        words=words[:500],
        at=database_now(),
    )
