"""Template filters of mails."""

from __future__ import annotations

from datetime import datetime

from django import template

from calcom_portal.common.timewords import spell_instant
from notifications.bundles import Reader

register = template.Library()


@register.filter
def at(instant: str | datetime | None, reader: Reader) -> str:
    """Spell an instant (aware, or ISO 8601 with an offset) on the reader's wall clock."""
    if not instant:
        return ""
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return spell_instant(moment, now=reader.now, zone=reader.zone)
