"""Values at which equipment that answers is not well: a table of limits over facts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from monitoring.probes.facts import MEANINGS, Fact, Facts, Unit, Value, fact_of
from monitoring.probes.results import Outcome, ProbeResult

MOST_NAMED = 3
SHOWN: dict[Unit, str] = {
    Unit.PERCENT: " %",
    Unit.SECONDS: " s",
    Unit.MINUTES: " minutes",
    Unit.MILLISECONDS: " ms",
    Unit.DAYS: " days",
    Unit.MEGABYTES: " MB",
    Unit.MEGABITS: " Mbit/s",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """The `least` and the `most` that the number of a fact may be, in the unit of the fact."""

    fact: Fact
    least: float | None = None
    most: float | None = None

    def is_broken_by(self, value: Value) -> bool:
        """Return whether a value is out of bounds; a text never is."""
        if isinstance(value, str):
            return False
        too_little = self.least is not None and value < self.least
        return too_little or (self.most is not None and value > self.most)


# Good for most equipment; a check may bring its own.
USUAL_LIMITS = (
    Limit(Fact.TLS_DAYS_LEFT, least=14),
    Limit(Fact.PING_LOSS, most=20),
    Limit(Fact.CLOCK_OFFSET, least=-2_000, most=2_000),
    Limit(Fact.DISK_USED, most=90),
    Limit(Fact.INODES_USED, most=90),
    Limit(Fact.MEMORY_USED, most=95),
    Limit(Fact.LOAD_PER_CORE, most=4),
    Limit(Fact.INTERFACE_ERRORS, most=0.1),
    Limit(Fact.UPS_ON_BATTERY, most=0),
    Limit(Fact.UPS_BATTERY_LOW, most=0),
    Limit(Fact.UPS_BATTERY_BAD, most=0),
    Limit(Fact.UPS_RUNTIME, least=5),
    Limit(Fact.UPS_LOAD, most=90),
    Limit(Fact.TRUNKS_DOWN, most=0),
)


def judged(result: ProbeResult, limits: Iterable[Limit]) -> ProbeResult:
    """Return the result of equipment that is alive as degraded when a fact breaks a limit."""
    if result.outcome is not Outcome.ALIVE:
        return result
    broken = list(_broken(result.facts, {limit.fact: limit for limit in limits}))
    if not broken:
        return result
    more = f" and {len(broken) - MOST_NAMED} more" if len(broken) > MOST_NAMED else ""
    words = "; ".join(broken[:MOST_NAMED]) + more
    return replace(result, outcome=Outcome.DEGRADED, words=words)


def _broken(facts: Facts, limits: dict[Fact, Limit]) -> Iterator[str]:
    for name, value in facts.items():
        fact, part = fact_of(name)
        if fact in limits and limits[fact].is_broken_by(value):
            yield in_words(fact, part, value)


def in_words(fact: Fact, part: str, value: Value) -> str:
    """Return a fact for people: `Disk in use (/var): 93 %`."""
    meaning = MEANINGS[fact]
    place = f" ({part})" if part else ""
    if fact is Fact.TLS_DAYS_LEFT and isinstance(value, int):
        return (
            f"The certificate ends in {value} days" if value >= 0 else "The certificate has ended"
        )
    if meaning.unit is Unit.YES_NO:
        return f"{meaning.words}{place}" if value else f"{meaning.words}{place}: no"
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{meaning.words}{place}: {shown}{SHOWN.get(meaning.unit, '')}"
