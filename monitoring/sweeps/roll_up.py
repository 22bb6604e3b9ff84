"""Results become rollups: five minutes, later days. Set-based, repeatable, catching up.

How long a check was up, down or unknown comes from its changes of state, not from single answers: a
lost packet that nothing followed is no outage, and an outage begins with its first failure. Time in
which nobody asked is unknown. Planned work counts apart, whatever the equipment did meanwhile.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from calcom_portal.common.tenancy import system_scope
from monitoring.models import Check, Maintenance, Rollup, Step
from monitoring.planned import planned_for
from monitoring.windows import quiet_stretches

FIVE = timedelta(minutes=5)
DAY = timedelta(days=1)
# Written late because the database was away: the last steps are made anew each time.
AGAIN = 2 * FIVE
# Where nothing was rolled up yet.
BEGIN_AGO = timedelta(hours=2)
MOST_STEPS = 60
# Results of the last moments may still be on their way.
GRACE = timedelta(seconds=30)
REASON = "roll results up"

STEP = """
WITH span AS (SELECT %(a)s::timestamptz AS a, %(b)s::timestamptz AS b),
quiet AS (
    SELECT * FROM json_to_recordset(%(quiet)s::json)
        AS q (c bigint, starts_at timestamptz, ends_at timestamptz)
), told AS (
    SELECT of_check_id AS c,
           count(*) FILTER (WHERE outcome = 0) AS alive,
           count(*) FILTER (WHERE outcome = 1) AS degraded,
           count(*) FILTER (WHERE outcome = 2) AS dead,
           count(*) FILTER (WHERE outcome > 2) AS unknown,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY took_us)
               FILTER (WHERE outcome < 2) AS p50,
           percentile_disc(0.95) WITHIN GROUP (ORDER BY took_us)
               FILTER (WHERE outcome < 2) AS p95,
           max(took_us) FILTER (WHERE outcome < 2) AS longest
      FROM monitoring_result, span WHERE at >= a AND at < b GROUP BY of_check_id
), watched AS (
    SELECT k.id AS c, k.provider_id, k.customer_id,
           told.c IS NOT NULL OR k.kind = 'heartbeat' OR EXISTS (
               SELECT FROM monitoring_result r
                WHERE r.of_check_id = k.id AND r.at < b
                  AND r.at >= a - 2 * k.every_seconds * interval '1 second') AS is_asked
      FROM span, monitoring_check k LEFT JOIN told ON told.c = k.id
     WHERE k.created_at < b AND (k.paused_at IS NULL OR k.paused_at > a OR told.c IS NOT NULL)
), marks AS (
    SELECT w.c, coalesce(was.at, '-infinity') AS at, coalesce(was.became, 'pending') AS state
      FROM span, watched w LEFT JOIN LATERAL (
           SELECT s.at, s.became FROM monitoring_statechange s
            WHERE s.provider_id = w.provider_id AND s.of_check_id = w.c AND s.at <= a
            ORDER BY s.at DESC LIMIT 1) was ON true
    UNION ALL
    SELECT w.c, s.at, s.became
      FROM span, watched w JOIN monitoring_statechange s
        ON s.provider_id = w.provider_id AND s.of_check_id = w.c
     WHERE s.at > a AND s.at < b
    UNION ALL
    -- What a suspicion came to, when it was still open at the end.
    SELECT w.c, later.at, later.became
      FROM span, watched w JOIN LATERAL (
           SELECT s.at, s.became FROM monitoring_statechange s
            WHERE s.provider_id = w.provider_id AND s.of_check_id = w.c AND s.at >= b
            ORDER BY s.at LIMIT 1) later ON true
), stretches AS (
    SELECT c, state, lead(state) OVER one AS next, at,
           coalesce(lead(at) OVER one, 'infinity') AS ends_at
      FROM marks WINDOW one AS (PARTITION BY c ORDER BY at)
), clipped AS (
    SELECT s.c, greatest(s.at, a) AS starts_at, least(s.ends_at, b) AS ends_at,
           CASE WHEN NOT w.is_asked THEN 'unknown'
                WHEN s.state IN ('down', 'recovering') THEN 'down'
                WHEN s.state = 'suspect' AND s.next = 'down' THEN 'down'
                WHEN s.state IN ('up', 'suspect') THEN 'up'
                ELSE 'unknown' END AS kind
      FROM stretches s JOIN watched w ON w.c = s.c CROSS JOIN span
     WHERE s.at < b AND s.ends_at > a
), measured AS (
    SELECT l.c, l.kind, extract(epoch FROM l.ends_at - l.starts_at) AS seconds,
           coalesce((SELECT sum(extract(epoch FROM least(q.ends_at, l.ends_at)
                                                  - greatest(q.starts_at, l.starts_at)))
                       FROM quiet q WHERE q.c = l.c AND q.starts_at < l.ends_at
                                      AND q.ends_at > l.starts_at), 0) AS planned
      FROM clipped l
), summed AS (
    SELECT c, sum(seconds - planned) FILTER (WHERE kind = 'up') AS up,
           sum(seconds - planned) FILTER (WHERE kind = 'down') AS down,
           sum(seconds - planned) FILTER (WHERE kind = 'unknown') AS unknown,
           sum(planned) AS planned
      FROM measured GROUP BY c
)
INSERT INTO monitoring_rollup
       (provider_id, customer_id, of_check_id, step, starts_at, alive, degraded, dead, unknown,
        up_seconds, down_seconds, unknown_seconds, maintenance_seconds,
        took_p50_us, took_p95_us, took_max_us)
SELECT w.provider_id, w.customer_id, w.c, '5m', a, coalesce(t.alive, 0), coalesce(t.degraded, 0),
       coalesce(t.dead, 0), coalesce(t.unknown, 0), round(coalesce(s.up, 0)),
       round(coalesce(s.down, 0)), round(coalesce(s.unknown, 0)), round(coalesce(s.planned, 0)),
       t.p50, t.p95, t.longest
  FROM span, watched w JOIN summed s ON s.c = w.c LEFT JOIN told t ON t.c = w.c
    ON CONFLICT (provider_id, of_check_id, step, starts_at) DO UPDATE
   SET alive = excluded.alive, degraded = excluded.degraded, dead = excluded.dead,
       unknown = excluded.unknown, up_seconds = excluded.up_seconds,
       down_seconds = excluded.down_seconds, unknown_seconds = excluded.unknown_seconds,
       maintenance_seconds = excluded.maintenance_seconds, took_p50_us = excluded.took_p50_us,
       took_p95_us = excluded.took_p95_us, took_max_us = excluded.took_max_us
"""

# The answer times of a day are those of its five minutes: their median, and what 95 of 100 of them
# stay below. Exact ones would need every single answer again.
WHOLE_DAY = """
INSERT INTO monitoring_rollup
       (provider_id, customer_id, of_check_id, step, starts_at, alive, degraded, dead, unknown,
        up_seconds, down_seconds, unknown_seconds, maintenance_seconds,
        took_p50_us, took_p95_us, took_max_us)
SELECT provider_id, customer_id, of_check_id, 'day', %(a)s, sum(alive), sum(degraded), sum(dead),
       sum(unknown), sum(up_seconds), sum(down_seconds), sum(unknown_seconds),
       sum(maintenance_seconds), percentile_disc(0.5) WITHIN GROUP (ORDER BY took_p50_us),
       percentile_disc(0.95) WITHIN GROUP (ORDER BY took_p95_us), max(took_max_us)
  FROM monitoring_rollup WHERE step = '5m' AND starts_at >= %(a)s AND starts_at < %(b)s
 GROUP BY provider_id, customer_id, of_check_id
    ON CONFLICT (provider_id, of_check_id, step, starts_at) DO UPDATE
   SET alive = excluded.alive, degraded = excluded.degraded, dead = excluded.dead,
       unknown = excluded.unknown, up_seconds = excluded.up_seconds,
       down_seconds = excluded.down_seconds, unknown_seconds = excluded.unknown_seconds,
       maintenance_seconds = excluded.maintenance_seconds, took_p50_us = excluded.took_p50_us,
       took_p95_us = excluded.took_p95_us, took_max_us = excluded.took_max_us
"""


def roll_up(most: int = MOST_STEPS) -> dict[str, int]:
    """Roll up what is over since the last time, at most so many steps; return how many rows.

    Each step is a transaction of its own. The rest waits for the next beat.
    """
    rows = steps = 0
    start, end = _open_steps()
    while start + FIVE <= end and steps < most:
        rows += _roll_step(start)
        start, steps = start + FIVE, steps + 1
    return {"steps": steps, "rows": rows, "days": _roll_days()}


def _open_steps() -> tuple[datetime, datetime]:
    with system_scope(REASON) as scope:
        last = Rollup.objects.filter(
            step=Step.FIVE_MINUTES.value, starts_at__lte=scope.now
        ).aggregate(last=Max("starts_at"))["last"]
    start = last + FIVE - AGAIN if last else _floor(scope.now - BEGIN_AGO, FIVE)
    return start, scope.now - GRACE


def _roll_step(start: datetime) -> int:
    with system_scope(REASON), connection.cursor() as cursor:
        quiet = json.dumps(_quiet(start, start + FIVE), default=str)
        cursor.execute(STEP, {"a": start, "b": start + FIVE, "quiet": quiet})
        return int(cursor.rowcount)


def _quiet(start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return when planned work concerned which check."""
    customers = set(
        Maintenance.objects.filter(cancelled_at=None, starts_on__lte=end.date() + DAY).values_list(
            "customer_id", flat=True
        )
    )
    if not customers:
        return []
    planned = planned_for(customers)
    return [
        {"c": check.pk, "starts_at": window.starts_at, "ends_at": window.ends_at}
        for check in Check.objects.filter(customer_id__in=customers).select_related("device")
        for window in quiet_stretches(
            planned[check.customer_id].rules_for(check.device), start, end
        )
    ]


def _roll_days() -> int:
    """Make the days that are over, the last of them anew while late steps may still change it."""
    with system_scope(REASON) as scope, connection.cursor() as cursor:
        today = _floor(scope.now, DAY)
        rows = Rollup.objects.filter(starts_at__lt=today)
        last = rows.filter(step=Step.DAY.value).aggregate(last=Max("starts_at"))["last"]
        if last is None:
            small = rows.filter(step=Step.FIVE_MINUTES.value)
            last = small.aggregate(first=Min("starts_at"))["first"]
        if last is None:
            return 0
        days, day = 0, _floor(last, DAY)
        if day == today - DAY and scope.now - today > 3 * AGAIN:
            return 0
        while day < today:
            cursor.execute(WHOLE_DAY, {"a": day, "b": day + DAY})
            days, day = days + 1, day + DAY
        return days


def _floor(instant: datetime, step: timedelta) -> datetime:
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    return begin + (instant - begin) // step * step
