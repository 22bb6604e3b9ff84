"""Short ways to log labour in tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope
from contracts.catalogue import TIERS
from contracts.coverage import Work
from contracts.models import Contract
from tests.builders import RATES, ROUNDING, TIER_1, TIER_2, build_contract
from tests.cast import Cast
from tests.stage import acting
from tickets.actions import log_labour
from tickets.labour import LabourFacts
from tickets.models import LabourEntry, LabourLine, Ticket

CLAUSES = {tier.code: tier.included for tier in TIERS}
# Wednesday 17 June 2026, in the zone of the calendar, seven hours behind UTC.
WEDNESDAY_18 = "2026-06-17T18:00:00-07:00"


def sign(cast: Cast, tier: str, **options: Any) -> Contract:
    """Sign a contract of a seeded tier for Bayview's phone system, with rates of its own."""
    promise = TIER_1 if tier == "TIER1" else TIER_2
    values: dict[str, Any] = {
        "device": cast.phone_system,
        "rates": RATES,
        "rounding": ROUNDING,
    } | options
    return build_contract(cast.bayview, promise, clauses=CLAUSES[tier], **values)


def work(start: str, end: str, kind: Work = Work.TROUBLESHOOTING, **options: Any) -> LabourFacts:
    """Return work on Wednesday 17 June from and to a wall clock time."""
    day = options.pop("day", "2026-06-17")
    start_at, end_at = (datetime.fromisoformat(f"{day}T{at}:00-07:00") for at in (start, end))
    return LabourFacts(kind, start_at, end_at, **options)


def logged(
    ticket: Ticket, facts: LabourFacts, actor: Viewer, *, overlap_ok: bool = False
) -> LabourEntry:
    """Have somebody log work."""
    with acting(actor):
        return log_labour(ticket=ticket, facts=facts, overlap_ok=overlap_ok, actor=actor)


def lines_of(entry: LabourEntry) -> list[LabourLine]:
    """Return the lines of an entry in order."""
    with provider_scope(provider_id=entry.provider_id):
        return list(LabourLine.objects.filter(entry_id=entry.pk).order_by("position"))


def told(entry: LabourEntry) -> list[tuple[str, bool, int, int, str, str]]:
    """Return of each line: work, in hours, minutes, charged minutes, who pays, amount."""
    return [
        (
            line.work,
            line.in_hours,
            line.minutes,
            line.charged_minutes,
            line.clause or line.price,
            str(line.amount),
        )
        for line in lines_of(entry)
    ]
