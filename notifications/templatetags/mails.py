"""Template filters of mails."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template

from calcom_portal.common.timewords import spell_age, spell_dated
from notifications.bundles import Reader

register = template.Library()


@register.filter
def at(instant: str | datetime | None, reader: Reader) -> str:
    """Spell an instant (aware, or ISO 8601 with an offset) with its date, in the reader's zone."""
    if not instant:
        return ""
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return spell_dated(moment, now=reader.now, zone=reader.zone)


@register.filter
def age(seconds: int) -> str:
    """Spell for how long something has been so: "5 m", "3 h 20 m"."""
    return spell_age(timedelta(seconds=seconds))
