"""What a probe brought home, in words for people."""

from __future__ import annotations

from monitoring.probes.facts import MEANINGS, Facts, Unit, Value, fact_of

# After the number; the others speak for themselves.
SIGNS = {
    Unit.PERCENT: " %",
    Unit.SECONDS: " s",
    Unit.MINUTES: " min",
    Unit.MILLISECONDS: " ms",
    Unit.DAYS: " days",
    Unit.MEGABYTES: " MB",
    Unit.MEGABITS: " Mbit/s",
}


def fact_rows(facts: Facts) -> list[tuple[str, str]]:
    """Return what each fact says and its value, by name; one that is not known as it is kept."""
    return [_row(name, value) for name, value in sorted(facts.items())]


def _row(name: str, value: Value) -> tuple[str, str]:
    try:
        fact, part = fact_of(name)
    except ValueError:
        return name, str(value)
    meaning = MEANINGS[fact]
    words = f"{meaning.words}, {part}" if part else meaning.words
    if meaning.unit is Unit.YES_NO:
        return words, "yes" if value else "no"
    return words, f"{value}{SIGNS.get(meaning.unit, '')}"
