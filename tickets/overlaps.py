"""Work of one person at two places at once: rarely right, so it is asked about."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.timewords import spell_instant
from tickets.labour import LabourFacts
from tickets.models import LabourEntry


class Overlapping(RuleBroken):
    """The person has logged other work at that time: to be confirmed, or corrected."""

    code = "overlapping"


def refuse_overlap(
    technician_id: int | None, facts: LabourFacts, actor: Viewer, without: Collection[int] = ()
) -> None:
    """Raise Overlapping where standing work of the technician, other than `without`, overlaps."""
    rows = LabourEntry.objects.standing().filter(
        technician_id=technician_id,
        started_at__lt=facts.ended_at,
        ended_at__gt=facts.started_at,
    )
    other = rows.exclude(pk__in=without).select_related("ticket").first()
    if other is None:
        return
    start, end = (
        spell_instant(at, now=database_now(), zone=ZoneInfo(actor.zone))
        for at in (other.started_at, other.ended_at)
    )
    raise Overlapping(
        f"Work on {other.ticket.reference} is logged already from {start} until {end}.",
        remedy="Change the times, or confirm that both are right.",
    )
