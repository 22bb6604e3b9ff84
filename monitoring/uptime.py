"""How checks did: day by day, and how quick they were lately. Read from the rollups."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate

from calcom_portal.common.tenancy import database_now
from monitoring.day_figures import DayFigure
from monitoring.drawing import days_until
from monitoring.models import Rollup, Step

# The lines of answer times show so much, in so many points.
LATELY: Final = timedelta(hours=24)
POINT: Final = timedelta(minutes=15)
POINTS: Final = LATELY // POINT
# A day's rollup is written when the day is over; until then the small steps tell of it.
STILL_OPEN: Final = timedelta(days=1)
SECONDS = ("up_seconds", "down_seconds", "unknown_seconds", "maintenance_seconds")


def uptime_of(check_ids: Collection[int], days: int) -> dict[int, list[DayFigure]]:
    """Return for each check its last `days` days (UTC), the oldest first, today included.

    Days of which nothing is known are there too, empty. Two queries, however many checks.
    """
    now = database_now()
    wanted = days_until(now.date(), days)
    begin = datetime.combine(wanted[0], datetime.min.time(), UTC)
    rows = Rollup.objects.filter(of_check__in=check_ids, starts_at__gte=begin)
    figures = _open_days(rows, now) | _closed_days(rows)
    return {
        check_id: [figures.get((check_id, day), DayFigure(day)) for day in wanted]
        for check_id in check_ids
    }


def answer_times_of(check_ids: Collection[int]) -> dict[int, list[int | None]]:
    """Return for each check its answer times (µs) of the last 24 hours, a point a quarter hour.

    A point is the median of the slowest five minutes in it; None: nothing answered. One query.
    """
    begin = database_now() - LATELY
    lines: dict[int, list[int | None]] = {check_id: [None] * POINTS for check_id in check_ids}
    rows = Rollup.objects.filter(
        of_check__in=check_ids, step=Step.FIVE_MINUTES, starts_at__gte=begin
    )
    for check_id, at, took in rows.values_list("of_check_id", "starts_at", "took_p50_us"):
        point = (at - begin) // POINT
        if took is not None and point < POINTS:
            lines[check_id][point] = max(took, lines[check_id][point] or 0)
    return lines


Figures = dict[tuple[int, date], DayFigure]


def _closed_days(rows: QuerySet[Rollup]) -> Figures:
    kept = rows.filter(step=Step.DAY).values("of_check_id", "starts_at", "took_p95_us", *SECONDS)
    return {
        (row["of_check_id"], row["starts_at"].date()): _figure(row["starts_at"].date(), row)
        for row in kept
    }


def _open_days(rows: QuerySet[Rollup], now: datetime) -> Figures:
    begin = now.replace(hour=0, minute=0, second=0, microsecond=0) - STILL_OPEN
    small = rows.filter(step=Step.FIVE_MINUTES, starts_at__gte=begin)
    by_day = small.annotate(day=TruncDate("starts_at", tzinfo=UTC)).values("of_check_id", "day")
    # Plain names for the sums would hide the columns that they are sums of.
    summed: Any = by_day.annotate(**{f"all_{name}": Sum(name) for name in SECONDS})
    return {(row["of_check_id"], row["day"]): _figure(row["day"], row, "all_") for row in summed}


def _figure(day: date, row: dict[str, Any], prefix: str = "") -> DayFigure:
    up, down, unknown, planned = (timedelta(seconds=row[f"{prefix}{name}"]) for name in SECONDS)
    return DayFigure(day, up, down, unknown, planned, row.get("took_p95_us"))
