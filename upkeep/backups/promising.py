"""What a customer is promised of the backups of a system, in words. Pure (clause BACKUP)."""

from __future__ import annotations

from dataclasses import dataclass

HOURS_OF_A_DAY = 24
FETCHED = "We back up this system {rhythm}."
WITH_SERVICE = "We back up this system with every service."
BROUGHT = {
    "drop": "This system sends us its backups: a good one at least every {longest}.",
    "manual": "A technician brings us the backups of this system: a good one at least every"
    " {longest}.",
}
PAUSED = "The backups of this system are paused."


@dataclass(frozen=True, slots=True)
class Promise:
    """What a plan says that matters to a customer.

    `every_hours` None: nothing is fetched by itself. `expected_hours`: longer without a good one
    is an alarm.
    """

    driver: str
    every_hours: int | None
    expected_hours: int
    is_paused: bool = False

    @property
    def words(self) -> str:
        """Return one sentence."""
        if self.is_paused:
            return PAUSED
        if brought := BROUGHT.get(self.driver):
            return brought.format(longest=spell_hours(self.expected_hours))
        if self.every_hours is None:
            return WITH_SERVICE
        return FETCHED.format(rhythm=_rhythm(self.every_hours))


def spell_hours(hours: int) -> str:
    """Return "9 days", "36 hours", "day" or "hour": what follows "every"."""
    if hours % HOURS_OF_A_DAY == 0:
        days = hours // HOURS_OF_A_DAY
        return "day" if days == 1 else f"{days} days"
    return "hour" if hours == 1 else f"{hours} hours"


def _rhythm(hours: int) -> str:
    return f"every {spell_hours(hours)}"
