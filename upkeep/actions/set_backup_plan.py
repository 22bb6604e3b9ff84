"""Say how a system is backed up, how often, and for how long that is kept."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from upkeep.actions._plan_rules import PlanWish, checked_wish
from upkeep.backups.timing import earliest
from upkeep.models import Backup, BackupPlan, BackupState, Level
from upkeep.planned import hours_of

__all__ = ["PlanWish", "set_backup_plan"]

WISHED = tuple(field.name for field in fields(PlanWish))


@transaction.atomic
def set_backup_plan(*, device: Device, wish: PlanWish, actor: Viewer) -> BackupPlan:
    """Make the plan of a system, or change it. The next backup is due within its hours.

    Raises NotAllowed; RuleBroken for a system out of service; BadInput with the field.
    """
    actor.require(Capability.MANAGE_BACKUPS)
    device = Device.objects.select_for_update(no_key=True, of=("self",)).get(pk=device.pk)
    if device.retired_on is not None:
        raise RuleBroken(f"{device.name} is out of service: there is nothing to back up.")
    wish = checked_wish(wish, device)
    now = database_now()
    plan = _plan_of(device, now)
    is_new = plan.pk is None
    for name in WISHED:
        setattr(plan, name, getattr(wish, name))
    plan.due_at = _first_due(plan, now)
    _expect(plan, now)
    if is_new:
        plan.save()
    else:
        plan.save(update_fields=[*WISHED, "due_at", "alarm_at", "alarmed_at"])
    record(
        actor,
        "backup_plan.made" if is_new else "backup_plan.changed",
        plan,
        device=device.pk,
        driver=plan.driver,
        every_hours=plan.every_hours,
    )
    return plan


def _plan_of(device: Device, now: datetime) -> BackupPlan:
    plan: BackupPlan | None = BackupPlan.objects.filter(device=device).first()
    if plan is not None:
        return plan
    return BackupPlan(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        made_at=now,
    )


def _first_due(plan: BackupPlan, now: datetime) -> datetime | None:
    """Return when the next is owed: soon for a system without any, else in the old rhythm."""
    if plan.every_hours is None or plan.paused_at is not None:
        return None
    last = Backup.objects.filter(device=plan.device_id, trigger="schedule").order_by("-asked_at")
    asked_at = last.values_list("asked_at", flat=True).first()
    wanted = now if asked_at is None else asked_at + timedelta(hours=plan.every_hours)
    return earliest(max(wanted, now), hours_of(plan))


def _expect(plan: BackupPlan, now: datetime) -> None:
    """Set when an alarm comes unless a good backup does; one that was raised stays while due."""
    if plan.paused_at is not None:
        plan.alarm_at = None
        return
    good = Backup.objects.filter(
        device=plan.device_id,
        state=BackupState.STORED.value,
        level__gte=Level.OPENED.value,
        damaged_at=None,
    )
    last = good.order_by("-stored_at").values_list("stored_at", flat=True).first()
    expected = (last or plan.made_at) + timedelta(hours=plan.expected_hours)
    if plan.alarmed_at is not None and expected <= now:
        return
    plan.alarm_at, plan.alarmed_at = expected, None
