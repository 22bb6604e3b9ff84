"""The sweep over due clocks: rungs recorded once, misses sealed, people told.

Rows drive time: a clock is due when the instant of its next rung has passed by the database's
clock. Batches are picked with SKIP LOCKED, so any number of sweeps may run side by side. All that
decides is in one transaction; which rung fires is settled by the ledger's unique key.

Tickets are locked, not written: nothing of their own changes, and rewriting each in all its indexes
would cost as much as all the rest. Open pages learn of a miss by its fact, of time by the minute.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import transaction

from calcom_portal.common.tenancy import system_scope
from tickets.sweeps.batch import commit_without_waiting, due_clock, due_clocks, fire
from tickets.sweeps.misses import seal_misses
from tickets.sweeps.poison import set_aside
from tickets.sweeps.telling import tell_rungs

log = logging.getLogger(__name__)

REASON = "decide which deadlines have passed"
# So many rows keep their tickets locked for about 50 ms on a slow core, twice that on a busy one.
BATCH = 250
BUDGET = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class SweepCount:
    """What a sweep did: clocks decided, rungs recorded, misses sealed, notices, rows set aside."""

    clocks: int = 0
    rungs: int = 0
    misses: int = 0
    notices: int = 0
    poisoned: int = 0

    def __add__(self, other: SweepCount) -> SweepCount:
        """Add two counts."""
        return SweepCount(
            self.clocks + other.clocks,
            self.rungs + other.rungs,
            self.misses + other.misses,
            self.notices + other.notices,
            self.poisoned + other.poisoned,
        )


def sweep_deadlines(limit: int = BATCH, budget: timedelta = BUDGET) -> SweepCount:
    """Decide everything that is due, batch by batch, until nothing is left or `budget` is used."""
    total = SweepCount()
    stop_at = time.monotonic() + budget.total_seconds()
    while time.monotonic() < stop_at:
        count = _one_batch(limit)
        total += count
        if not count.clocks:
            break
    if total.clocks:
        log.info("deadlines.swept %s", _log_line(total))
    return total


def _one_batch(limit: int) -> SweepCount:
    picked: list[int] = []
    try:
        with system_scope(REASON):
            picked = due_clocks(limit)
            return _decide(picked) if picked else SweepCount()
    except Exception:
        # One bad row must not stop the clock for the others: find it.
        if not picked:
            raise
        log.exception("deadlines.batch_failed clocks=%s", len(picked))
    return _one_by_one(picked)


def _decide(picked: Sequence[int]) -> SweepCount:
    commit_without_waiting()
    # Providers come in the order of their keys, and so do the heads of their chains.
    found = fire(picked)
    batch_name = uuid.uuid4().hex
    notices = sum(tell_rungs(fired, batch_name) for fired in found)
    # Last: the head of a chain is locked until commit, and everybody who acts waits for it.
    misses = sum(seal_misses(fired) for fired in found)
    return SweepCount(len(picked), sum(fired.rungs for fired in found), misses, notices)


def _one_by_one(clock_ids: Sequence[int]) -> SweepCount:
    return sum((_alone(clock_id) for clock_id in clock_ids), SweepCount())


def _alone(clock_id: int) -> SweepCount:
    with system_scope(REASON):
        try:
            with transaction.atomic():
                picked = due_clock(clock_id)
                return _decide(picked) if picked else SweepCount()
        except Exception as error:
            log.exception("deadlines.poisoned clock=%s", clock_id)
            set_aside(clock_id, error)
            return SweepCount(clocks=1, poisoned=1)


def _log_line(count: SweepCount) -> str:
    return " ".join(f"{name}={value}" for name, value in asdict(count).items())
