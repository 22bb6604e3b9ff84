"""What a probe brings home."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from monitoring.probes.facts import Facts


class Outcome(StrEnum):
    """How a probe ended. UNKNOWN says nothing about the equipment: our own side could not ask."""

    ALIVE = "alive"
    DEGRADED = "degraded"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One answer, or the lack of one. `took` is the time from asking to the end.

    `words` is a short sentence for people without anything secret; `facts` are values worth
    keeping, by their names in monitoring.probes.facts.
    """

    outcome: Outcome
    took: timedelta
    words: str
    facts: Facts = field(default_factory=dict)
