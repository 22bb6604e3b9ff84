"""Whether an outage is an emergency, by the words of clause RESPONSE. Pure.

The agreement calls a phone system that is down, and no dial tone, an emergency; trouble with one
station is a minor problem. What stands behind the equipment that fails is down with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from contracts.sla.targets import Priority

# Kinds of `contracts.models.DeviceKind`: a provider may choose others.
EMERGENCIES = frozenset({"pbx"})

# What a phone system may do wrong while its phones work: its pages, its mail, its names, its clock,
# and what it should have reported.
BESIDE = frozenset({"web", "smtp", "dns", "ntp", "heartbeat"})

EMERGENCY, MINOR, AUTO = "emergency", "minor", "auto"


@dataclass(frozen=True, slots=True)
class Affected:
    """Equipment that an outage takes away: what it is, in words too, and what was asked of it."""

    device_kind: str
    kind_words: str
    check_kind: str


@dataclass(frozen=True, slots=True)
class Urgency:
    """The priority, and why in words."""

    priority: Priority
    reason: str


CHOSEN = {
    EMERGENCY: Urgency(
        Priority.EMERGENCY, "An outage of this equipment was agreed to be an emergency."
    ),
    MINOR: Urgency(Priority.MINOR, "An outage of this equipment was agreed to be a minor problem."),
}
DOWN = "The {what} does not answer: the agreement calls a phone system that is down an emergency."
BEHIND = (
    "The {what} behind it cannot be reached: the agreement calls a phone system that is down an"
    " emergency."
)
BESIDE_IT = (
    "Calls may still work: the agreement calls everything but a dead system a minor problem."
)
ONE = "One device does not answer: the agreement calls trouble with one station a minor problem."


def urgency_of(
    opens: str, itself: Affected, behind: Collection[Affected], emergencies: Collection[str]
) -> Urgency:
    """Return how urgent an outage is. `opens` is what the check says (`monitoring.models.Opens`).

    `behind` is what cannot be reached without it.
    """
    if opens in CHOSEN:
        return CHOSEN[opens]
    if _is_emergency(itself, emergencies):
        return Urgency(Priority.EMERGENCY, DOWN.format(what=itself.kind_words.lower()))
    if itself.check_kind not in BESIDE:
        for one in behind:
            if _is_emergency(one, emergencies):
                reason = BEHIND.format(what=one.kind_words.lower())
                return Urgency(Priority.EMERGENCY, reason)
    is_beside = itself.device_kind in emergencies and itself.check_kind in BESIDE
    return Urgency(Priority.MINOR, BESIDE_IT if is_beside else ONE)


def _is_emergency(one: Affected, emergencies: Collection[str]) -> bool:
    return one.device_kind in emergencies and one.check_kind not in BESIDE
