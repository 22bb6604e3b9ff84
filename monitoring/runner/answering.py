"""Questions out of turn, on the event loop; and the tasks that are on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable

from monitoring.runner import requests
from monitoring.runner.askers import Askers, door_of
from monitoring.runner.limits import Limits
from monitoring.runner.metrics import Metrics
from monitoring.runner.thread import DatabaseThread


class Tasks:
    """Keeps what is on its way alive, and can end all of it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Let something run beside everything else."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def cancel(self) -> None:
        """End everything."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


class Answering:
    """Takes up the questions of people and of health checks, asks, and writes the answers."""

    def __init__(
        self, database: DatabaseThread, askers: Askers, limits: Limits, metrics: Metrics
    ) -> None:
        self._database = database
        self._askers = askers
        self._limits = limits
        self._metrics = metrics

    async def take_up(self, shards: Iterable[int], tasks: Tasks) -> None:
        """Begin to answer what waits in some shards. Raises DatabaseAway."""
        for asked in await self._database.call(requests.take, list(shards)):
            tasks.start(self._answer(asked))

    async def _answer(self, asked: requests.Asked) -> None:
        if asked.question is None:
            result = requests.unanswerable(asked.problem)
        else:
            async with self._limits.turn(door_of(asked.question, asked.agent_id)):
                result = await self._askers.ask(
                    asked.question, provider_id=asked.provider_id, agent_id=asked.agent_id
                )
        await self._database.insist(requests.answer, asked.request_id, result)
        self._metrics.requests.inc()
