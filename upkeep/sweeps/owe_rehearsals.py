"""Owes every backed-up system its rehearsal of the month. By rows; twice, late or side by side."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from accounts.audit import record
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, system_scope
from calcom_portal.common.wakeup import wake
from contracts.days import today_of_provider
from upkeep.models import BackupPlan, Restore, RestoreKind, RestoreState, RestoreStep
from upkeep.restores.choosing import newest_to_rehearse
from upkeep.restores.rehearsing import is_tried_again, month_owed
from upkeep.restores.steps import Outcome
from upkeep.restores.work import OURS

REASON = "owe rehearsals of backups"
WORKER = "Rehearsal planner"


def owe_rehearsals() -> int:
    """Write down what is owed, provider by provider; return how many were new."""
    with system_scope(REASON):
        rows = Provider.objects.filter(suspended_at=None).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
    owed = sum(_owe(pk) for pk in ids)
    if owed:
        wake("upkeep.run_restores")
    return owed


def _owe(provider_id: int) -> int:
    with system_scope(REASON):
        now = database_now()
        today = today_of_provider(provider_id, now)
        plans = BackupPlan.objects.filter(
            provider=provider_id, rehearses=True, paused_at=None, device__retired_on=None
        )
        _let_try_again(provider_id, today.replace(day=1), now)
        known = Restore.objects.filter(
            provider=provider_id, month__gte=today.replace(day=1)
        ).values_list("device", "month")
        last = dict(known)
        made = []
        for plan in plans.order_by("pk"):
            month = month_owed(plan.device_id, today, last.get(plan.device_id))
            backup = newest_to_rehearse(plan.device_id) if month else None
            if month is None or backup is None:
                continue
            made.append(
                Restore(
                    provider_id=provider_id,
                    customer_id=plan.customer_id,
                    device_id=plan.device_id,
                    backup=backup,
                    kind=RestoreKind.REHEARSAL.value,
                    month=month.first,
                    state=RestoreState.RUNNING.value,
                    asked_at=now,
                    look_at=now,
                )
            )
        return _write(provider_id, made)


def _let_try_again(provider_id: int, first: date, now: datetime) -> None:
    """Let go of the month of each rehearsal that ended for reasons of ours: it is owed anew."""
    ours = RestoreStep.objects.filter(outcome=Outcome.FAILED.value, facts__has_key=OURS)
    failed = Restore.objects.filter(
        provider=provider_id,
        kind=RestoreKind.REHEARSAL.value,
        state=RestoreState.FAILED.value,
        asked_by=None,
        asked_at__date__gte=first,
        pk__in=ours.values("restore"),
    )
    tries = Counter(failed.values_list("device", flat=True))
    again = [
        pk
        for pk, device_id, ended_at in failed.filter(month=first)
        .order_by("pk")
        .values_list("pk", "device", "ended_at")
        if ended_at is not None and is_tried_again(now, ended_at, tries[device_id])
    ]
    Restore.objects.filter(pk__in=again).update(month=None)


def _write(provider_id: int, made: list[Restore]) -> int:
    # One that goes on by hand, or that another sweep wrote, keeps its place.
    before = Restore.objects.filter(provider=provider_id).count()
    Restore.objects.bulk_create(made, ignore_conflicts=True)
    count = Restore.objects.filter(provider=provider_id).count() - before
    if count:
        actor = Viewer.system(WORKER, provider_id=provider_id)
        record(actor, "rehearsals.owed", "Rehearsals of backups", count=count)
    return count
