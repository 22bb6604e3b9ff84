"""What the actions on campaigns share: the locks, the worker's hint, leaving devices out."""

from __future__ import annotations

from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake
from upkeep.models import Campaign, CampaignState, FirmwareUpdate, UpdateState

WORKER_TASK = "upkeep.run_firmware"
# Nothing was begun on the device: it may still be left alone.
NOT_BEGUN = (
    UpdateState.DRAFT,
    UpdateState.ASKING,
    UpdateState.PLANNED,
    UpdateState.BY_HAND,
    UpdateState.DECLINED,
)
# Somebody has to be at it, or look at it: a campaign does not end over these.
UNDER_WAY = (UpdateState.RUNNING, UpdateState.STUCK)


def lock_campaign(campaign: Campaign, *states: CampaignState) -> Campaign:
    """Return the campaign as it is now, locked. Raises RuleBroken in any other state."""
    rows = Campaign.objects.select_for_update(of=("self",))
    found: Campaign = rows.select_related("release__product_model").get(pk=campaign.pk)
    if found.state not in states:
        raise RuleBroken(
            f"“{found.title}” is past that: {found.get_state_display().lower()}.",
            remedy="Look at its page to see how it stands.",
        )
    return found


def lock_update(update: FirmwareUpdate, *states: UpdateState) -> FirmwareUpdate:
    """Return the update as it is now, locked. Raises RuleBroken in any other state."""
    rows = FirmwareUpdate.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related(
        "campaign__release__product_model", "device__site", "customer", "ticket__customer"
    )
    found: FirmwareUpdate = rows.get(pk=update.pk)
    if found.state not in states:
        raise RuleBroken(
            f"The update of {found.device.name} is past that: {found.get_state_display().lower()}.",
            remedy="Look at its page to see how it stands.",
        )
    return found


def leave_out(update: FirmwareUpdate) -> None:
    """Say that a device is not updated by its campaign. The update is locked."""
    update.state, update.look_at, update.token = UpdateState.LEFT_OUT.value, None, ""
    update.ended_at = database_now()
    update.save(update_fields=["state", "look_at", "token", "ended_at"])


def hurry() -> None:
    """Ask the worker to look sooner."""
    wake(WORKER_TASK)
