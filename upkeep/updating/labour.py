"""The labour of an update that the portal did, as it was agreed: one line on the ticket."""

from __future__ import annotations

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.coverage import Price, Rate, Work
from tickets.actions import log_agreed_labour
from tickets.actions.log_agreed_labour import AgreedLabour
from upkeep.firmware.charging import as_agreed
from upkeep.models import FirmwareUpdate


def log_update(update: FirmwareUpdate, actor: Viewer) -> None:
    """Write the labour of an update that succeeded. The update is locked; a second call is nothing.

    None is written where nothing was agreed: campaigns that started before prices were named.
    """
    agreed = update.unit_price
    if update.labour_id is not None or update.ticket is None or agreed is None:
        return
    rate = Rate(Price.NORMAL, agreed, update.currency)
    now = database_now()
    done = AgreedLabour(
        work=Work.FIRMWARE,
        device_id=update.device_id,
        started_at=update.begun_at or now,
        ended_at=now,
        minutes=update.charged_minutes,
        decision=as_agreed(update.cover, rate, is_covered=update.is_covered),
        note=f"{update.device.name} to version {update.target}"[:500],
    )
    update.labour = log_agreed_labour(ticket=update.ticket, done=done, actor=actor)
    update.save(update_fields=["labour"])
