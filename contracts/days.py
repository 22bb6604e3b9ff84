"""Which day it is: on the wall clock of a calendar, never on the server's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.models import Calendar, CalendarVersion, Site

# What ends within so many days is told beforehand, on every list.
SOON = timedelta(days=90)


def today_of_calendar(calendar: Calendar, now: datetime) -> date:
    """Return the day of `now` in the zone of a calendar's newest version."""
    return now.astimezone(zone_of(calendar)).date()


def zone_of(calendar: Calendar) -> ZoneInfo:
    """Return the zone of a calendar's newest version."""
    return ZoneInfo(calendar.newest().spec["tz"])


def start_of_day(calendar: Calendar, day: date) -> datetime:
    """Return the instant (UTC) at which a day begins in the zone of a calendar."""
    return datetime.combine(day, time(), zone_of(calendar)).astimezone(UTC)


def today_of_provider(provider_id: int, now: datetime) -> date:
    """Return the day of `now` in the zone of the provider's default calendar, else in UTC."""
    versions = CalendarVersion.objects.filter(calendar__is_default=True, provider=provider_id)
    spec = versions.order_by("-number").values_list("spec", flat=True).first()
    return now.astimezone(ZoneInfo(spec["tz"] if spec else "UTC")).date()


def today_at_site(site: Site, now: datetime) -> date:
    """Return the day of `now` on the wall clock of a site."""
    return now.astimezone(ZoneInfo(site.zone)).date()
