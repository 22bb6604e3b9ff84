"""Trouble of our own side: it is told to the provider's people, and never as an outage."""

from __future__ import annotations

from datetime import datetime

from notifications.models import OperatorAlarm

OUR_SIDE = "our-side"


def our_side_since() -> datetime | None:
    """Return since when our own side is suspected; None while it is well. One query."""
    alarms = OperatorAlarm.objects.filter(kind=OUR_SIDE, cleared_at=None)
    return alarms.values_list("raised_at", flat=True).order_by("raised_at").first()
