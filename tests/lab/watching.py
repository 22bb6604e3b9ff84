"""The whole way in one process: a real runner asks real servers, and the follower follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection

from calcom_portal.common.tenancy import provider_scope
from monitoring.models import Check, Incident
from monitoring.runner import loading
from monitoring.runner.metrics import Metrics
from monitoring.runner.running import Options, Runner
from monitoring.sweeps.follow_changes import follow_changes
from tests.cast import Cast
from tests.lab.servers import PATIENCE, until
from tickets.models import Message, Ticket


@contextmanager
def runner_at_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run a runner whose regular turns come every second, which no row may ask for."""
    plain = loading._plan

    def hurried(row: Check, digest: str) -> Any:
        row.every_seconds = 1
        return plain(row, digest)

    monkeypatch.setattr(loading, "_plan", hurried)
    runners: list[tuple[asyncio.AbstractEventLoop, Runner]] = []
    ready = Event()

    async def work() -> None:
        runner = Runner(Options(), Metrics())
        runners.append((asyncio.get_running_loop(), runner))
        ready.set()
        await runner.run()

    thread = Thread(target=lambda: asyncio.run(work()))
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield
    finally:
        (loop, runner) = runners[0]
        loop.call_soon_threadsafe(runner.stop)
        thread.join(PATIENCE)
        connection.close()


class Story:
    """What became of a provider's outages; looking follows what the runner wrote."""

    def __init__(self, cast: Cast) -> None:
        self._provider_id = cast.calcom.pk

    def row(self, check: Check) -> Check:
        """Return a check as the runner left it."""
        with provider_scope(provider_id=self._provider_id):
            found: Check = Check.objects.get(pk=check.pk)
            return found

    def state(self, check: Check) -> str:
        """Return how a check stands."""
        return self.row(check).state

    def incidents(self) -> list[Incident]:
        """Return all incidents, the oldest first."""
        with provider_scope(provider_id=self._provider_id):
            rows = Incident.objects.select_related("device", "parent__device", "ticket")
            return list(rows.order_by("pk"))

    def tickets(self) -> list[Ticket]:
        """Return all tickets, the oldest first."""
        with provider_scope(provider_id=self._provider_id):
            return list(Ticket.objects.order_by("pk"))

    def words(self, ticket: Ticket) -> list[str]:
        """Return what was written in a ticket, in order."""
        with provider_scope(provider_id=self._provider_id):
            rows = Message.objects.filter(ticket=ticket).order_by("pk")
            return list(rows.values_list("text", flat=True))

    def until(self, holds: Callable[[], bool]) -> None:
        """Follow what the runner writes until something holds."""

        def looked() -> bool:
            follow_changes()
            return holds()

        until(looked)

    def until_states(self, state: str, *checks: Check) -> None:
        """Wait until checks stand so."""
        self.until(lambda: {self.state(check) for check in checks} == {state})

    def let_calm_pass(self) -> None:
        """Have every outage whose equipment works again be over now, and not in ten minutes."""
        with provider_scope(provider_id=self._provider_id) as scope:
            rows = Incident.objects.filter(closed_at=None, look_at__isnull=False)
            rows.update(look_at=scope.now)
        follow_changes()
