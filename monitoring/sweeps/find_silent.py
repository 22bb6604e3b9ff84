"""Finds devices that should have reported by themselves and did not. By rows, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from calcom_portal.common.tenancy import database_now, system_scope
from monitoring.check_settings import HEARTBEAT
from monitoring.heartbeats import conclude, silent_after
from monitoring.models import Check, ResultCode
from monitoring.probes.facts import Fact

REASON = "find devices that report nothing any more"
BATCH = 200
SWEPT_AT = "monitoring.find_silent"
# Somebody who was away for longer cannot have heard either.
LONGEST_ABSENCE = timedelta(minutes=2)
SILENT = "It has not reported in time"


@dataclass(frozen=True, slots=True)
class SilenceCount:
    """What a sweep found: devices that are silent, and those that get another chance."""

    silent: int = 0
    excused: int = 0


def find_silent() -> SilenceCount:
    """Call silent devices down; excuse them when it was we who were away."""
    count = SilenceCount()
    with system_scope(REASON):
        now = database_now()
        was_away = _was_away(now)
        for check in _overdue(now):
            count = _excuse(check, now, count) if was_away else _convict(check, now, count)
    return count


def _overdue(now: datetime) -> list[Check]:
    rows = Check.objects.running().select_for_update(skip_locked=True, no_key=True)
    due = rows.filter(kind=HEARTBEAT, silent_from__lte=now)
    return list(due.order_by("silent_from")[:BATCH])


def _convict(check: Check, now: datetime, count: SilenceCount) -> SilenceCount:
    due = silent_after(check, check.last_at) if check.last_at else now
    if due > now and Fact.STARTED_AT not in check.last_facts:
        # Somebody has given it a longer interval since.
        _look_again(check, due)
        return count
    # Once more each interval, so that the time that it is silent for counts as such.
    conclude(check, ResultCode.DEAD, SILENT, now)
    return SilenceCount(count.silent + 1, count.excused)


def _excuse(check: Check, now: datetime, count: SilenceCount) -> SilenceCount:
    _look_again(check, silent_after(check, now))
    return SilenceCount(count.silent, count.excused + 1)


def _look_again(check: Check, at: datetime) -> None:
    check.silent_from = at
    check.save(update_fields=["silent_from"])


def _was_away(now: datetime) -> bool:
    """Has no sweep run lately? A cache that was emptied counts as that: later, and not wrong."""
    before: str | None = cache.get(SWEPT_AT)
    cache.set(SWEPT_AT, now.isoformat(), timeout=None)
    return before is None or now - datetime.fromisoformat(before) > LONGEST_ABSENCE
