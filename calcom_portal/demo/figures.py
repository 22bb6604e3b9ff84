"""Three months of figures of the demo's checks, as the runner's rollups would have left them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from calcom_portal.demo.equipment import Asked
from monitoring.models import Step

DAY: Final = timedelta(days=1)
DAYS: Final = 91
# Small steps of the last day: the lines of answer times, and the day that is not over.
SMALL: Final = timedelta(minutes=5)
SMALL_SINCE: Final = timedelta(hours=26)

# Busy hours are slower; the rest is chance that is the same at every load.
FILL = """
INSERT INTO monitoring_rollup
       (provider_id, customer_id, of_check_id, step, starts_at, alive, degraded, dead, unknown,
        up_seconds, down_seconds, unknown_seconds, maintenance_seconds,
        took_p50_us, took_p95_us, took_max_us)
SELECT provider_id, customer_id, id, %(step)s, at, %(seconds)s / every_seconds, 0, 0, 0,
       %(seconds)s, 0, 0, 0, took, took * 17 / 10, took * 4
  FROM (SELECT watched.*, at,
               (usual * (0.85 + abs(hashtext(place || ' ' || at)) %% 1000 / 3000.0
                         + 0.2 * greatest(0, sin((extract(epoch FROM at)::bigint %% 86400 - 50400)
                                                 * pi() / 36000))))::int AS took
          FROM (SELECT monitoring_check.*, usual, place
                  FROM unnest(%(ids)s::bigint[], %(usual)s::int[]) WITH ORDINALITY
                       AS told (check_id, usual, place)
                  JOIN monitoring_check ON id = check_id) AS watched,
               generate_series(%(since)s::timestamptz, %(until)s::timestamptz,
                               make_interval(secs => %(seconds)s)) AS at) AS step
"""
MARK = """
UPDATE monitoring_rollup AS told
   SET {column} = {column} + silent, up_seconds = up_seconds - silent,
       dead = dead + alive * silent / length, alive = alive - alive * silent / length,
       took_p50_us = CASE WHEN silent < length THEN took_p50_us END,
       took_p95_us = CASE WHEN silent < length THEN took_p95_us END,
       took_max_us = CASE WHEN silent < length THEN took_max_us END
  FROM (SELECT id, length,
               least(up_seconds, extract(epoch FROM least(starts_at + make_interval(secs => length),
                                                          %(end)s)
                                 - greatest(starts_at, %(begin)s))::int) AS silent
          FROM (SELECT *, CASE step WHEN 'day' THEN 86400 ELSE 300 END AS length
                  FROM monitoring_rollup WHERE of_check_id = ANY (%(ids)s)) AS row
         WHERE starts_at < %(end)s
           AND starts_at + make_interval(secs => length) > %(begin)s) AS met
 WHERE met.id = told.id
"""
COLUMNS = frozenset({"down_seconds", "unknown_seconds", "maintenance_seconds"})


def fill_figures(checks: Sequence[tuple[int, Asked]], now: datetime) -> None:
    """Write days up to yesterday, and small steps up to now, in which everything answered."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    small = now - timedelta(seconds=now.timestamp() % SMALL.total_seconds())
    both = (
        (Step.DAY, DAY, midnight - DAYS * DAY, midnight - DAY),
        (Step.FIVE_MINUTES, SMALL, small - SMALL_SINCE, small - SMALL),
    )
    with connection.cursor() as cursor:
        for step, length, since, until in both:
            values: dict[str, Any] = {
                "step": step.value,
                "seconds": int(length.total_seconds()),
                "ids": [check_id for check_id, _ in checks],
                "usual": [asked.usual_us for _, asked in checks],
                "since": since,
                "until": until,
            }
            cursor.execute(FILL, values)


def mark_outage(check_ids: Sequence[int], begin: datetime, end: datetime, column: str) -> None:
    """Take the time from `begin` to `end` off what the checks answered, and count it elsewhere."""
    if column not in COLUMNS:
        raise ValueError(column)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"ids": list(check_ids), "begin": begin, "end": end}
        cursor.execute(MARK.format(column=column), values)
