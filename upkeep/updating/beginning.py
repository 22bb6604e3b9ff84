"""Letting the devices of a campaign follow: answers carried in, whose turn it is, what begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, provider_scope
from monitoring.actions.plan_maintenance import WorkPlan, plan_maintenance
from upkeep.device_lock import busy_with
from upkeep.firmware.course import Step
from upkeep.models import Campaign, CampaignState, FirmwareUpdate, UpdateState
from upkeep.updating.answers import ANSWERABLE, newest_answers, settle_answers
from upkeep.updating.ending import MAINTENANCE, WORKER
from upkeep.updating.notices import tell_paused
from upkeep.updating.planning import window_of
from upkeep.updating.turns import BADLY, turn_of
from upkeep.updating.ways import way_to

# More at once would all have failed before the first failure stops the campaign.
MOST_AT_ONCE = 5
# Long enough for two backups and the way back; an outage behind it is one again.
WORK_MINUTES = 120
OPEN = (
    UpdateState.ASKING,
    UpdateState.PLANNED,
    UpdateState.BY_HAND,
    UpdateState.RUNNING,
)


def look_at_campaign(campaign: Campaign) -> int:
    """Take a campaign that is locked and runs further; return how many updates began."""
    rows = FirmwareUpdate.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("device__site", "ticket__customer", "campaign")
    updates = list(rows.filter(campaign=campaign).order_by("pk"))
    _carry_answers_in(updates)
    if not any(one.state in OPEN for one in updates):
        _finish(campaign)
        return 0
    now = database_now()
    turn = turn_of(campaign, updates, now)
    if turn.wave is None or turn.begins_at is None:
        if sum(one.state in BADLY for one in updates) > campaign.most_failures:
            _pause(campaign, turn.why)
        return 0
    if turn.begins_at > now:
        return 0
    room = MOST_AT_ONCE - sum(one.state == UpdateState.RUNNING for one in updates)
    due = (one for one in updates if one.wave == turn.wave and _may_begin(campaign, one, now))
    begun = list(islice(due, max(0, room)))
    for update in begun:
        begin(update)
    return len(begun)


def begin(update: FirmwareUpdate) -> None:
    """Begin an update that is locked: planned work first, so that its silence is no outage."""
    now = database_now()
    update.state, update.step = UpdateState.RUNNING.value, Step.PREPARE.value
    update.begun_at, update.look_at, update.attempts = now, now, 0
    update.baseline = {**update.baseline, MAINTENANCE: _plan_work(update, now)}
    update.save(update_fields=["state", "step", "begun_at", "look_at", "attempts", "baseline"])
    actor = Viewer.system(WORKER, provider_id=update.provider_id)
    record(actor, "update.begun", update, id=update.pk, device=update.device_id)


def _carry_answers_in(updates: Sequence[FirmwareUpdate]) -> None:
    asked = [one for one in updates if one.asks_consent and one.state in ANSWERABLE]
    answers = newest_answers([one.pk for one in asked])
    for update in asked:
        if update.pk in answers:
            settle_answers(update)


def _may_begin(campaign: Campaign, update: FirmwareUpdate, now: datetime) -> bool:
    zone = ZoneInfo(update.device.site.zone)
    return (
        update.state == UpdateState.PLANNED
        and update.device.retired_on is None
        and window_of(campaign).is_open(now, zone)
        and not _is_busy(update)
    )


def _is_busy(update: FirmwareUpdate) -> bool:
    """Is something else done to the device, or to the phone system that it is updated by?"""
    if busy_with(update.device_id) is not None:
        return True
    way = way_to(update.device, update.method)
    other = way.system.device.pk if way is not None else update.device_id
    return other != update.device_id and busy_with(other) is not None


def _plan_work(update: FirmwareUpdate, now: datetime) -> int:
    site = update.device.site
    begins = now.astimezone(ZoneInfo(site.zone)) - timedelta(minutes=1)
    plan = WorkPlan(
        customer_id=update.customer_id,
        title=f"Firmware update to {update.target}"[:120],
        starts_on=begins.date(),
        starts_at=begins.time().replace(second=0, microsecond=0, fold=0),
        zone=site.zone,
        minutes=WORK_MINUTES,
        site_id=site.pk,
        device_id=update.device_id,
    )
    actor = Viewer.system(WORKER, provider_id=update.provider_id)
    # Planned work is the staff's: workers may read it only.
    with provider_scope(provider_id=update.provider_id):
        return int(plan_maintenance(plan=plan, actor=actor).pk)


def _pause(campaign: Campaign, why: str) -> None:
    campaign.state, campaign.pause_reason = CampaignState.PAUSED.value, why[:300]
    campaign.save(update_fields=["state", "pause_reason"])
    actor = Viewer.system(WORKER, provider_id=campaign.provider_id)
    record(actor, "campaign.paused", campaign, id=campaign.pk, by_itself=True)
    tell_paused(campaign)


def _finish(campaign: Campaign) -> None:
    campaign.state, campaign.ended_at = CampaignState.DONE.value, database_now()
    campaign.save(update_fields=["state", "ended_at"])
    actor = Viewer.system(WORKER, provider_id=campaign.provider_id)
    record(actor, "campaign.done", campaign, id=campaign.pk)
