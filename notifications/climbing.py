"""Telling the next ones when nobody acknowledges a critical notice."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, Q

from calcom_portal.common.tenancy import system_scope
from notifications.alarms import UNANSWERED, raise_alarm
from notifications.ladder import RUNGS, people_on
from notifications.models import Notice
from notifications.outbox import NoticeDraft, queue_notices

log = logging.getLogger(__name__)

# After an outage all deadlines are past at once: give those who were told a fair chance first.
MIN_GAP = timedelta(minutes=5)
CLIMB_LOCK = 7_266_002


def climb_ladder(limit: int = 200) -> int:
    """Climb one rung for each event that nobody acknowledged in time; return how many."""
    with system_scope("tell the next one when nobody answers") as scope:
        if not _is_sole_climber():
            return 0
        events = _unanswered(scope.now, limit)
        known = _who_knows(events)
        for event in events:
            _climb(event, known[event.notice.provider_id, event.notice.event_key], scope.now)
    if events:
        log.info("notices.climbed events=%d", len(events))
    return len(events)


@dataclass(frozen=True, slots=True)
class Event:
    """An unanswered event: its newest notice, and how high the ladder was climbed."""

    notice: Notice
    step: int


def _is_sole_climber() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CLIMB_LOCK])
        return bool(cursor.fetchone()[0])


def _open() -> Q:
    return Q(acknowledge_by__isnull=False, acknowledged_at__isnull=True, climbed_at__isnull=True)


def _unanswered(now: datetime, limit: int) -> list[Event]:
    """Return events of which every notice is overdue, the longest waiting first.

    At suspended providers nobody could act: their alerts wait.
    """
    overdue = (
        Notice.objects.filter(_open(), provider__suspended_at__isnull=True)
        .values("provider_id", "event_key")
        .annotate(
            step=Max("ladder_step"),
            newest=Max("id"),
            last=Max("acknowledge_by"),
            told=Max("sent_at"),
        )
        .filter(Q(told__isnull=True) | Q(told__lte=now - MIN_GAP), last__lte=now)
        .order_by("last")[:limit]
    )
    steps = {row["newest"]: row["step"] for row in overdue}
    notices = Notice.objects.filter(pk__in=steps).order_by("acknowledge_by", "id")
    return [Event(notice, steps[notice.pk]) for notice in notices]


def _who_knows(events: Iterable[Event]) -> dict[tuple[int, str], set[int]]:
    """Return for each event the memberships that were told already."""
    rows = Notice.objects.filter(event_key__in=[event.notice.event_key for event in events])
    known: dict[tuple[int, str], set[int]] = defaultdict(set)
    for provider_id, event_key, recipient_id in rows.values_list(
        "provider_id", "event_key", "recipient_id"
    ):
        known[provider_id, event_key].add(recipient_id)
    return known


def _climb(event: Event, known: set[int], now: datetime) -> None:
    former, rung = event.notice, _next_rung(event, known)
    same = Notice.objects.filter(provider_id=former.provider_id, event_key=former.event_key)
    same.filter(_open()).update(climbed_at=now)
    if rung is None:
        raise_alarm(
            former.provider_id,
            UNANSWERED,
            former.subject_ref or former.event_key,
            "Nobody acknowledged this alert, and there is nobody left to tell.",
        )
        return
    step, people = rung
    drafts = [
        NoticeDraft(
            recipient_id=person,
            customer_id=former.customer_id,
            kind=former.kind,
            subject_ref=former.subject_ref,
            payload=former.payload,
            event_key=former.event_key,
            # What one climb finds for one person travels as one mail.
            digest_key=f"ladder:{now.isoformat()}",
            critical=True,
            ladder_step=step,
        )
        for person in people
    ]
    queue_notices(former.provider_id, drafts)


def _next_rung(event: Event, known: set[int]) -> tuple[int, list[int]] | None:
    """Return the next rung on which somebody stands who does not know yet, or None at the top."""
    for step in range(event.step + 1, len(RUNGS) + 1):
        people = people_on(step, event.notice.provider_id)
        if new := [person for person in people if person not in known]:
            return step, new
    return None
