"""How long what was measured is kept: single results two weeks, five minutes 90 days, days 3 years.

Also makes the partitions of the coming days, without which results would lie in one heap.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from calcom_portal.common.tenancy import system_scope
from monitoring.asking import KEPT as REQUESTS_KEPT
from monitoring.models import ProbeRequest, Rollup, Step

ROLLUPS_KEPT = {Step.FIVE_MINUTES: timedelta(days=90), Step.DAY: timedelta(days=3 * 366)}
PIECE = 20_000


def forget_results() -> dict[str, int]:
    """Make coming partitions, drop old ones, and delete what is kept no longer."""
    with system_scope("keep the days of results"), connection.cursor() as cursor:
        cursor.execute("SELECT monitoring_keep_days()")
        partitions: int = cursor.fetchone()[0]
    rollups = sum(_forget_rollups(step, kept) for step, kept in ROLLUPS_KEPT.items())
    with system_scope("forget answered questions") as scope:
        old = ProbeRequest.objects.filter(asked_at__lt=scope.now - REQUESTS_KEPT)
        requests = old.delete()[0]
    return {"partitions": partitions, "rollups": rollups, "requests": requests}


def _forget_rollups(step: Step, kept: timedelta) -> int:
    gone, piece = 0, PIECE
    while piece == PIECE:
        with system_scope("forget old rollups") as scope:
            old = Rollup.objects.filter(step=step.value, starts_at__lt=scope.now - kept)
            some = list(old.order_by("starts_at").values_list("pk", flat=True)[:PIECE])
            piece = Rollup.objects.filter(pk__in=some).delete()[0]
        gone += piece
    return gone
