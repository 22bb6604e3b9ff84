"""Sweeps at a million open tickets: `python -m bench.inside.sweep`; prints seconds as JSON.

Clocks are made due by moving them, as the owner of the tables cannot: the benchmark does that
between the steps, over the superuser's address in BENCH_SUPERUSER_URL.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from statistics import median
from typing import Any
from unittest.mock import patch

import psycopg2
from django.db import connection, reset_queries

from bench.loading import put_off
from tickets.sweeps.deadlines import BUDGET, SweepCount, sweep_deadlines

BREACH = """
UPDATE tickets_clock SET due_at = %(at)s, next_rung = 3, next_at = %(at)s,
       rung_times = ARRAY[%(at)s - '4 h'::interval, %(at)s - '2 h'::interval,
                          %(at)s - '48 min'::interval, %(at)s]
 WHERE id IN (SELECT id FROM tickets_clock WHERE next_at > now() + '1 minute' AND next_rung < 3
               AND provider_id = %(provider)s ORDER BY id LIMIT %(number)s)
"""
WARN = """
UPDATE tickets_clock SET due_at = %(at)s + '4 h'::interval, next_rung = 0, next_at = %(at)s,
       rung_times = ARRAY[%(at)s, %(at)s + '2 h'::interval, %(at)s + '3 h'::interval,
                          %(at)s + '4 h'::interval]
 WHERE id IN (SELECT id FROM tickets_clock clock WHERE next_at > now() + '1 minute'
               AND provider_id = %(provider)s
               AND NOT EXISTS (SELECT FROM tickets_rung WHERE clock_id = clock.id)
               ORDER BY id LIMIT %(number)s)
"""


class Watch:
    """Measures transactions as the database sees them: from the first statement to the commit."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._began = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the transactions of this process's connection."""
        wrapped: Any = connection
        begin, commit = wrapped._set_autocommit, wrapped._commit

        def begins(autocommit: bool) -> None:
            begin(autocommit)
            self._began = time.perf_counter()

        def commits() -> None:
            commit()
            self.seconds.append(time.perf_counter() - self._began)

        with (
            patch.object(connection, "_set_autocommit", begins),
            patch.object(connection, "_commit", commits),
        ):
            yield


def timed(budget: timedelta = BUDGET) -> dict[str, Any]:
    """Sweep once, to the end; return what was done, the seconds, and those of its transactions."""
    watch = Watch()
    with watch.watching():
        start = time.perf_counter()
        count = sweep_deadlines(budget=budget)
        seconds = time.perf_counter() - start
    reset_queries()
    return asdict(count) | {
        "seconds": seconds,
        "transactions": watch.seconds,
    }


class Sweepers:
    """Processes that sweep at the same moment, as those of the worker do."""

    def __init__(self, number: int) -> None:
        context = get_context("spawn")
        self.number = number
        self.pool = ProcessPoolExecutor(
            number, context, initializer=_stand_by, initargs=(context.Barrier(number),)
        )
        # The first sweep of a process loads code.
        self.sweep()

    def sweep(self) -> dict[str, Any]:
        """Sweep to the end; return all that was done, and the seconds of the slowest."""
        futures = [self.pool.submit(_sweep_together) for _ in range(self.number)]
        return _together([future.result() for future in futures])


_barrier: Barrier


def _stand_by(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _sweep_together() -> dict[str, Any]:
    _barrier.wait()
    return timed(timedelta(minutes=5))


def _together(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counted = {name: sum(part[name] for part in parts) for name in asdict(SweepCount())}
    return counted | {
        "seconds": max(part["seconds"] for part in parts),
        "transactions": [seconds for part in parts for seconds in part["transactions"]],
    }


def make_due(cursor: Any, statement: str, provider: int, number: int) -> None:
    """Let clocks be due since a moment ago, all at the same instant."""
    cursor.execute("SELECT now() - '1 second'::interval")
    (instant,) = cursor.fetchone()
    cursor.execute(statement, {"at": instant, "provider": provider, "number": number})
    cursor.execute("VACUUM tickets_clock")


def main() -> None:
    """Sweep what was asked for: number and kind of rung, or nothing."""
    provider = int(sys.argv[1])
    admin = psycopg2.connect(os.environ["BENCH_SUPERUSER_URL"])
    admin.autocommit = True
    cursor = admin.cursor()
    put_off(cursor)
    results: dict[str, Any] = {"empty": median(timed()["seconds"] for _ in range(200))}
    for number in (1000, 1000, 1000):
        make_due(cursor, BREACH, provider, number)
        results.setdefault("thousand", []).append(timed())
    if "--quick" not in sys.argv:
        for processes in (1, 2):
            sweepers = Sweepers(processes)
            for name, statement in (("breaches", BREACH), ("warnings", WARN)):
                make_due(cursor, statement, provider, 100_000)
                results[f"{name} by {processes}"] = sweepers.sweep()
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
