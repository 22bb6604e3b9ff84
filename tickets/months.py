"""A month on a provider's clock. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Self

WRITTEN = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of the calendar; written 2026-10."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `str` writes, from 2000 to 2099. Raises ValueError for anything else."""
        if not (match := WRITTEN.fullmatch(text)):
            raise ValueError(f"{text!r} is no month.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, instant: datetime, zone: tzinfo) -> Self:
        """Return the month in which an instant lies in a zone."""
        there = instant.astimezone(zone)
        return cls(there.year, there.month)

    @property
    def label(self) -> str:
        """Return the month for people: "October 2026"."""
        return f"{datetime(self.year, self.number, 1, tzinfo=UTC):%B %Y}"

    def moved(self, months: int) -> Month:
        """Return the month so many later, or earlier."""
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return its first instant and that of the next month (UTC), midnights of the zone."""
        return self._begins(zone), self.moved(1)._begins(zone)

    def _begins(self, zone: tzinfo) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=zone).astimezone(UTC)
