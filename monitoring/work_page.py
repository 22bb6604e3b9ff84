"""Planned work in words: when it comes, where, and its next windows on the customer's clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from contracts.models import Site
from monitoring.models import Maintenance, Recurrence
from monitoring.planned import rule_of
from monitoring.windows import Rule, Window, next_window, window_at

NEXT = 6
TINY = timedelta(microseconds=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDER = ("first", "second", "third", "fourth", "last")
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class WindowLine:
    """One window: its words on the wall clock of the work, and its instants.

    `is_elsewhere`: whoever reads it has another clock.
    """

    words: str
    starts_at: datetime
    ends_at: datetime
    is_now: bool
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Planned work in a list. `next` is None when no window is left."""

    work: Maintenance
    place: str
    when: str
    next: WindowLine | None
    is_cancelled: bool


def work_line(work: Maintenance, now: datetime) -> WorkLine:
    """Put planned work into words."""
    windows = window_lines(rule_of(work), now, 1) if work.cancelled_at is None else []
    return WorkLine(
        work,
        place_of(work),
        spell_rule(work),
        windows[0] if windows else None,
        work.cancelled_at is not None,
    )


def place_of(work: Maintenance) -> str:
    """Return what the work is about, besides its customer."""
    if work.device is not None:
        return f"{work.device.name}, {work.device.site.name}"
    return work.site.name if work.site is not None else "Everything of the customer"


def window_lines(rule: Rule, now: datetime, most: int = NEXT) -> list[WindowLine]:
    """Return the window that goes on now and the next ones, the earliest first."""
    lines: list[WindowLine] = []
    window = window_at(rule, now) or next_window(rule, now)
    while window is not None and len(lines) < most:
        lines.append(_line(rule.zone, window, now))
        window = next_window(rule, window.starts_at + TINY)
    return lines


def spell_rule(work: Maintenance) -> str:
    """Return "Every Tuesday and Thursday at 22:00 for 2 h, until 31 Dec 2026"."""
    hours, minutes = divmod(work.minutes, 60)
    length = " ".join(
        part for part in (f"{hours} h" if hours else "", f"{minutes} m" if minutes else "") if part
    )
    until = f", until {work.until:%-d %b %Y}" if work.until else ""
    return f"{_days(work)} at {work.starts_at:%H:%M} for {length}{until}"


def current_work(rows: Iterable[Maintenance], now: datetime) -> list[WorkLine]:
    """Return the work of which a window goes on or is to come, the next one first."""
    lines = [line for row in rows if (line := work_line(row, now)).next is not None]
    return sorted(lines, key=lambda line: line.next.starts_at if line.next else now)


def not_over(now: datetime) -> Q:
    """Return the condition for work that may have a window left; a day of grace for zones."""
    yesterday = (now - timedelta(days=9)).date()
    once = Q(recurrence=Recurrence.ONCE, starts_on__gte=yesterday)
    again = ~Q(recurrence=Recurrence.ONCE) & (Q(until=None) | Q(until__gte=yesterday))
    return Q(cancelled_at=None) & (once | again)


def zone_for(customer_id: int, site: Site | None) -> str:
    """Return the zone whose clock people at a place read: the site's, else the first site's."""
    if site is not None:
        return site.zone
    first = Site.objects.filter(customer_id=customer_id, is_active=True).order_by("pk").first()
    return first.zone if first else "UTC"


def _days(work: Maintenance) -> str:
    first = work.starts_on
    if work.recurrence == Recurrence.ONCE:
        return f"On {first:%a %-d %b %Y}"
    since = f" from {first:%-d %b %Y}"
    if work.recurrence == Recurrence.DAILY:
        return f"Every day{since}"
    if work.recurrence == Recurrence.MONTHLY:
        place = ORDER[min((first.day - 1) // DAYS_A_WEEK, len(ORDER) - 1)]
        return f"Every {place} {WEEKDAYS[first.weekday()]} of the month{since}"
    days = work.weekdays or [first.isoweekday()]
    names = [WEEKDAYS[day - 1] for day in days]
    return (
        f"Every {' and '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)}{since}"
    )


def _line(zone: ZoneInfo, window: Window, now: datetime) -> WindowLine:
    start, end = window.starts_at.astimezone(zone), window.ends_at.astimezone(zone)
    ends = f"{end:%H:%M %Z}" if end.date() == start.date() else f"{end:%a %-d %b, %H:%M %Z}"
    words = f"{start:%a %-d %b %Y, %H:%M} to {ends}"
    is_elsewhere = timezone.localtime(start).utcoffset() != start.utcoffset()
    return WindowLine(
        words, window.starts_at, window.ends_at, window.starts_at <= now, is_elsewhere
    )
