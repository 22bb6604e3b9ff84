"""Updates firmware, a step at a time. By rows.

What is next stands in the row before it is begun. A worker takes a lease, does the step outside of
any transaction, and writes down what came of it only if the lease is still its own. One that dies
leaves a lease that ends; the next worker goes on at the same step. The update itself is the one
step that is not simply done again: the device is asked which version it runs.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from accounts.viewer import Viewer
from calcom_portal.common.errors import PortalError
from calcom_portal.common.tenancy import database_now, system_scope
from notifications.alarms import raise_alarm
from upkeep.actions.ask_backup import ask_backup
from upkeep.backups.freshness import VERIFIED
from upkeep.changing.systems import reach_of
from upkeep.drivers.updating import UPDATERS, Target
from upkeep.firmware.course import Step
from upkeep.models import (
    Backup,
    BackupState,
    Campaign,
    CampaignState,
    FirmwareUpdate,
    Trigger,
)
from upkeep.sweeps.make_changes import PATIENCE
from upkeep.updating.beginning import look_at_campaign
from upkeep.updating.carrying_out import carry_out
from upkeep.updating.ending import TRIES, WORKER, go_on
from upkeep.updating.holding import REASON, due_updates, kept_alive, lease, mine
from upkeep.updating.ways import refuse_wayless
from upkeep.updating.work import Came, Work

log = logging.getLogger(__name__)

KIND = "firmware_stuck"
BATCH, MOST_STEPS = 20, 12
# Beside a worker that looks at what another one began there may be one more that ended.
LOOKS = 3
BACKUPS = {
    Step.BACKUP: ("before_backup", Trigger.BEFORE_FIRMWARE),
    Step.AFTERWARDS: ("after_backup", Trigger.AFTER_FIRMWARE),
}


@dataclass(frozen=True, slots=True)
class FirmwareCount:
    """What a sweep did."""

    begun: int = 0
    steps: int = 0
    stuck: int = 0


def run_firmware(limit: int = BATCH) -> FirmwareCount:
    """Let campaigns go on, and take every update that runs as far as it goes without waiting."""
    begun = sum(_look_at(pk) for pk in _running_campaigns())
    steps = stuck = 0
    for pk in due_updates(limit):
        try:
            steps += _as_far_as_it_goes(pk)
        except Exception as error:
            log.exception("firmware.stuck id=%s", pk)
            _raise_alarm(pk, error)
            stuck += 1
    return FirmwareCount(begun, steps, stuck)


def _running_campaigns() -> list[int]:
    with system_scope(REASON):
        rows = Campaign.objects.filter(state=CampaignState.RUNNING.value)
        rows = rows.filter(provider__suspended_at=None).order_by("pk")
        return list(rows.values_list("pk", flat=True))


def _look_at(campaign_id: int) -> int:
    with system_scope(REASON):
        rows = Campaign.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("release__product_model")
        campaign = rows.filter(pk=campaign_id, state=CampaignState.RUNNING.value).first()
        return look_at_campaign(campaign) if campaign is not None else 0


def _as_far_as_it_goes(update_id: int) -> int:
    steps = 0
    while steps < MOST_STEPS and take_further(update_id):
        steps += 1
    return steps


def take_further(update_id: int) -> bool:
    """Do the next step of an update; return whether there is another one to do at once."""
    with system_scope(REASON):
        update = lease(update_id)
        if update is None:
            return False
        step, token = Step(update.step), update.token
        came = _prepared(update, step)
    if isinstance(came, Work):
        with kept_alive(update_id, token):
            came = carry_out(came)
    with system_scope(REASON):
        held = mine(update_id, token)
        return go_on(held, step, came) if held is not None else False


def _prepared(update: FirmwareUpdate, step: Step) -> Came | Work:
    """Return what a step on the device needs; what came of it, where only our books are asked."""
    if update.attempts > (LOOKS if step is Step.UPDATE else TRIES[step]):
        return Came.failed("It was begun and not ended, several times.", is_verdict=True)
    if step in BACKUPS:
        return _backup(update, step)
    try:
        way = refuse_wayless(update.device, update.method)
        reach = reach_of(way.system.connection)
    except PortalError as error:
        return Came.failed(f"{error.message} {error.remedy}".strip())
    package = update.campaign.package
    release = update.campaign.release
    return Work(
        step=step,
        driver=UPDATERS[update.method],
        backup_driver=way.system.plan.driver,
        reach=reach,
        settings={**way.settings, "package": package},
        target=Target(update.target, package, release.file_url, release.file_sha256),
        former=Target(update.former, package),
        baseline=update.baseline,
        was_begun=step is Step.UPDATE and update.attempts > 1,
    )


def _backup(update: FirmwareUpdate, step: Step) -> Came:
    name, trigger = BACKUPS[step]
    backup: Backup | None = getattr(update, name)
    if backup is None:
        actor = Viewer.system(WORKER, provider_id=update.provider_id)
        try:
            system = refuse_wayless(update.device, update.method).system
            asked = ask_backup(
                device=system.device, trigger=trigger, ticket=update.ticket, actor=actor
            )
        except PortalError as error:
            return Came.failed(f"{error.message} {error.remedy}".strip(), is_verdict=True)
        setattr(update, name, asked)
        update.save(update_fields=[name])
        return Came(waits=True)
    if backup.state == BackupState.STORED and backup.level >= VERIFIED:
        return Came()
    if backup.state == BackupState.FAILED:
        return Came.failed(f"The backup failed: {backup.problem}", is_verdict=True)
    if database_now() > backup.asked_at + PATIENCE:
        return Came.failed("No verified backup was there in time.", is_verdict=True)
    return Came(waits=True)


def _raise_alarm(update_id: int, error: Exception) -> None:
    """Say so, and look again when the lease ends: a device may stand half updated."""
    with system_scope(REASON):
        update = FirmwareUpdate.objects.filter(pk=update_id).first()
        if update is not None:
            detail = f"It could not go on: {type(error).__name__}. It is tried again by itself."
            raise_alarm(update.provider_id, KIND, f"Update {update_id}", detail)
