"""Telling how far a job is while its own transaction is open."""

from __future__ import annotations

import logging
import threading
from typing import Protocol, Self

from django.db import InterfaceError, OperationalError, connection

from accounts.jobs.leases import LEASE, Lease, keep
from accounts.jobs.stops import JobStopped, LeaseLost

log = logging.getLogger(__name__)

# News are written at most twice a second, and the lease is kept long before it runs out.
SHORTEST = 0.5
LONGEST = LEASE.total_seconds() / 6


class Reporter(Protocol):
    """Takes news of a job, and knows whether to go on."""

    def tell(self, step: str, done: int, total: int) -> None:
        """Take news. Raises JobStopped or LeaseLost when there is no point in going on."""

    def end(self) -> None:
        """Write nothing more."""


class HeartbeatReporter:
    """Writes from a thread with a connection of its own, in short transactions.

    So people see the progress of a transaction that is not committed yet, and the lease is kept
    while the work is busy with one long statement.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._news = (lease.job.step, lease.job.done_count, lease.job.total_count)
        self._is_new, self._is_over = threading.Event(), threading.Event()
        self._stop_asked = self._lost = False
        self._thread = threading.Thread(target=self._beat, name="job-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def tell(self, step: str, done: int, total: int) -> None:
        """Take news. Raises JobStopped or LeaseLost when there is no point in going on."""
        if self._lost:
            raise LeaseLost(self._lease.job.title)
        if self._stop_asked:
            raise JobStopped
        self._news = (step, done, total)
        self._is_new.set()

    def end(self) -> None:
        """Write nothing more: the row is about to get its end in the work's own transaction."""
        self._is_over.set()
        self._is_new.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._is_over.wait(SHORTEST) and not self._lost:
                self._is_new.wait(LONGEST)
                self._is_new.clear()
                if not self._is_over.is_set():
                    self._write()
        finally:
            connection.close()

    def _write(self) -> None:
        step, done, total = self._news
        try:
            self._stop_asked = keep(self._lease, step=step, done=done, total=total)
        except LeaseLost:
            self._lost = True
        except (OperationalError, InterfaceError) as error:
            # The next beat tries again; if the lease runs out meanwhile, somebody takes over.
            log.warning("job.silent id=%s error=%s", self._lease.job.pk, type(error).__name__)
            connection.close()


class SameConnectionReporter:
    """Writes within the work's own transaction. For the demo and for tests."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def tell(self, step: str, done: int, total: int) -> None:
        """Write the news at once. Raises JobStopped or LeaseLost."""
        if keep(self._lease, step=step, done=done, total=total):
            raise JobStopped

    def end(self) -> None:
        """Nothing is left to write."""
