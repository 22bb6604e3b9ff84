"""What the runner has heard and not yet written: kept in order while the database is away. Pure."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from monitoring.probes.facts import Facts
from monitoring.probes.results import Outcome
from monitoring.states import Heard, Standing, State

# Room for half an hour of 20,000 checks a minute, some 300 MB; then the oldest go.
MOST_KEPT = 600_000
LONGEST_WORDS = 240
LARGEST_NUMBER, LONGEST_TOOK = 2**63 - 1, 2**31 - 1
MICROSECOND = timedelta(microseconds=1)
# `models.ResultCode`, which a test compares.
CODES = {Outcome.ALIVE: 0, Outcome.DEGRADED: 1, Outcome.DEAD: 2, Outcome.UNKNOWN: 3}
PARENT_DOWN = 4

Storable = TypeVar("Storable", str, int, float, str | int | float)


@dataclass(frozen=True, slots=True)
class Written:
    """One result with what it made of its check. `was` is the former state if it changed."""

    check_id: int
    customer_id: int
    at: datetime
    heard: Heard
    outcome: Outcome
    took: timedelta
    words: str
    facts: Facts
    standing: Standing
    was: State | None

    @property
    def code(self) -> int:
        """Return the outcome as `models.ResultCode` keeps it."""
        if self.heard is Heard.PARENT_DOWN:
            return PARENT_DOWN
        return CODES[Outcome.UNKNOWN] if self.heard is Heard.NOTHING else CODES[self.outcome]

    def row(self) -> dict[str, object]:
        """Return the row as the database reads it (`store.WRITE`)."""
        return {
            "c": self.check_id,
            "at": self.at.isoformat(),
            "code": self.code,
            "took": storable_took(self.took),
            "outcome": self.outcome.value,
            "words": storable(self.words)[:LONGEST_WORDS],
            "facts": storable_facts(self.facts),
            "state": self.standing.state.value,
            "since": self.standing.since.isoformat(),
            "row": self.standing.row,
            "settled": self.standing.settled.value,
            "was": self.was.value if self.was else None,
        }


def storable(value: Storable) -> Storable:
    """Return a value as the database can keep it: equipment may answer with anything."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    # Not math.isfinite alone: it raises for whole numbers that no float can hold.
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_NUMBER else 0
    return value if math.isfinite(value) else 0


def storable_facts(facts: Facts) -> dict[str, str | int | float]:
    """Return facts as the database can keep them, their names too."""
    return {storable(name): storable(value) for name, value in facts.items()}


def storable_took(took: timedelta) -> int:
    """Return microseconds that the column can hold."""
    return min(max(0, took // MICROSECOND), LONGEST_TOOK)


class Outbox:
    """First in, first out. What could not be written goes back to the front."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._rows: deque[Written] = deque()
        self._most = most
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Written) -> None:
        """Keep a row; when there is no room left, the oldest one goes."""
        self._rows.append(row)
        self._cut()

    def take(self, most: int) -> list[Written]:
        """Take the oldest rows out, to write them."""
        return [self._rows.popleft() for _ in range(min(most, len(self._rows)))]

    def put_back(self, rows: Sequence[Written]) -> None:
        """Give back rows that were taken and could not be written."""
        self._rows.extendleft(reversed(rows))
        self._cut()

    def forget(self, customers_of_others: set[int], shards: int) -> None:
        """Drop what belongs to shards that somebody else asks now."""
        self._rows = deque(
            row for row in self._rows if row.customer_id % shards not in customers_of_others
        )

    def _cut(self) -> None:
        while len(self._rows) > self._most:
            self._rows.popleft()
            self.dropped += 1
