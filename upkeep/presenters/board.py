"""The board of backups: every system that is backed up, and what needs somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.timewords import spell_age
from contracts.views.lists import Narrowed
from upkeep.backups.freshness import OPEN, VERIFIED
from upkeep.backups.standing import Standing, standing_of
from upkeep.models import Backup, BackupPlan, BackupState

ENDED = (BackupState.STORED.value, BackupState.FAILED.value)
SHOWS = {"": "All systems", "attention": "Needs somebody", "running": "Under way"}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A system on the board: how it stands, its last good backup, and what is under way."""

    plan: BackupPlan
    standing: Standing
    good: Backup | None
    age: str
    last: Backup | None
    running: Backup | None


def board_page(request: ViewerRequest) -> dict[str, Any]:
    """Return what the board shows. Constant queries, however many systems there are."""
    narrowed, now = Narrowed.of(request), database_now()
    plans = narrowed.apply(plans_in_service())
    if narrowed.q:
        named = Q(device__name__icontains=narrowed.q) | Q(device__site__name__icontains=narrowed.q)
        plans = plans.filter(named | Q(customer__name__icontains=narrowed.q))
    show = request.GET.get("show", "")
    attention, running = plans.filter(needing_somebody(now)), plans.filter(under_way())
    shown = {"attention": attention, "running": running}.get(show, plans)
    listed = keyset_page(request, shown, key="device__name")
    return {
        "rows": rows_of(listed.rows, now),
        "pager": listed.pager,
        "show": show if show in SHOWS else "",
        "tabs": [
            ("", SHOWS[""], None),
            ("attention", SHOWS["attention"], attention.count()),
            ("running", SHOWS["running"], running.count()),
        ],
        "can_manage": request.viewer.can(Capability.MANAGE_BACKUPS),
        **narrowed.context,
    }


def plans_in_service() -> QuerySet[BackupPlan]:
    """Return the plans of systems in service, each with how its newest ended backup ended."""
    newest = Backup.objects.filter(device=OuterRef("device"), state__in=ENDED)
    newest = newest.order_by("-asked_at")
    rows = BackupPlan.objects.filter(device__retired_on=None)
    return rows.select_related("device__site", "customer", "ticket").annotate(
        last_state=Subquery(newest.values("state")[:1]),
        last_level=Subquery(newest.values("level")[:1]),
        last_damaged_at=Subquery(newest.values("damaged_at")[:1]),
    )


def needing_somebody(now: datetime) -> Q:
    """Return the same as `Standing.needs_somebody`, for the database."""
    bad = Q(last_state="failed") | Q(last_damaged_at__isnull=False)
    unproven = Q(last_state="stored", last_level__lt=VERIFIED)
    overdue = Q(alarm_at__lte=now) | Q(alarmed_at__isnull=False)
    return Q(paused_at=None) & (overdue | bad | unproven)


def under_way() -> Q:
    """Keep the plans of systems of which a backup waits or is being taken."""
    return Q(device__in=Backup.objects.filter(state__in=OPEN).values("device"))


def rows_of(plans: Sequence[BackupPlan], now: datetime) -> list[PlanRow]:
    """Put plans into rows. Two queries."""
    device_ids = [plan.device_id for plan in plans]
    good = last_good(device_ids)
    newest = _newest(Backup.objects.filter(device__in=device_ids))
    return [_row(plan, good.get(plan.device_id), newest.get(plan.device_id), now) for plan in plans]


def last_good(device_ids: Iterable[int]) -> dict[int, Backup]:
    """Return the newest verified backup of each system that has one. One query."""
    return _newest(
        Backup.objects.filter(
            device__in=device_ids,
            state=BackupState.STORED.value,
            level__gte=VERIFIED,
            damaged_at=None,
        )
    )


def _newest(rows: QuerySet[Backup]) -> dict[int, Backup]:
    ordered = rows.order_by("device_id", "-asked_at", "-pk").distinct("device_id")
    return {backup.device_id: backup for backup in ordered}


def _row(plan: Any, good: Backup | None, newest: Backup | None, now: datetime) -> PlanRow:
    return PlanRow(
        plan=plan,
        standing=standing_of(
            is_paused=plan.paused_at is not None,
            is_overdue=_is_overdue(plan, now),
            last_state=plan.last_state or "",
            last_level=plan.last_level or 0,
            last_is_damaged=plan.last_damaged_at is not None,
        ),
        good=good,
        age=age_of(good, now),
        last=newest,
        running=newest if newest is not None and newest.state in OPEN else None,
    )


def _is_overdue(plan: BackupPlan, now: datetime) -> bool:
    # A raised alarm stays until there is a good backup; until then none is due.
    is_due = plan.alarm_at is not None and plan.alarm_at <= now
    return plan.alarmed_at is not None or is_due


def age_of(backup: Backup | None, now: datetime) -> str:
    """Return how long ago the state was that a backup holds; "" for none."""
    if backup is None:
        return ""
    return spell_age(now - (backup.begun_at or backup.asked_at))
