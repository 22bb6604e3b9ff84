"""How a provider wants outages handled (clause MONITOR)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from monitoring.models import Closing, MonitoringRules
from monitoring.urgency import EMERGENCIES


@dataclass(frozen=True, slots=True)
class Rules:
    """`calm` is how long equipment has to work before its outage is over.

    `emergencies` are kinds of devices whose outage the agreement calls an emergency.
    """

    closing: Closing = Closing.UNTOUCHED
    calm: timedelta = timedelta(minutes=10)
    emergencies: frozenset[str] = EMERGENCIES


def rules_of(provider_id: int) -> Rules:
    """Return the rules of a provider: its own, or the usual ones. One query."""
    row = MonitoringRules.objects.filter(provider_id=provider_id).first()
    if row is None:
        return Rules()
    return Rules(
        Closing(row.closing), timedelta(minutes=row.calm_minutes), frozenset(row.emergencies)
    )
