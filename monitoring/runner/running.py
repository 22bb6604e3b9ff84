"""The runner at work: asks what is due, writes what was heard, keeps its leases, reads changes.

Everything here runs on the event loop; the database is the thread's (`thread.DatabaseThread`).
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import DataError, IntegrityError

from calcom_portal.common.checks import refuse_unsafe_role
from monitoring.probes.sip_wire import SipSocket
from monitoring.runner import leases, loading, store
from monitoring.runner.answering import Answering, Tasks
from monitoring.runner.askers import Askers, Hub, NoHub, door_of
from monitoring.runner.clock import Clock
from monitoring.runner.limits import Limits
from monitoring.runner.metrics import Metrics
from monitoring.runner.outbox import Outbox
from monitoring.runner.plans import Watched
from monitoring.runner.requests import unanswerable
from monitoring.runner.thread import PAUSES, DatabaseAway, DatabaseThread
from monitoring.runner.watch import Change, Watch

log = logging.getLogger(__name__)

CHECKS, QUESTIONS, AGENTS = "portal_checks", "portal_questions", "portal_agents"
# The finest step of the schedule, and the longest that a pulled check waits for.
FINEST, LONGEST = 0.01, 0.1
FLUSH_EVERY = 0.5
LARGEST_BATCH = 5000
RESCAN_EVERY = 60.0
# Hints come in swarms: one look for all of them.
SETTLE = 0.2
QUESTIONS_EVERY = 5.0
LAST_WORDS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Options:
    """How a runner is set up; `holder` is its name among the runners."""

    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    version: str = ""


class Runner:
    """Make it inside the event loop, `await run()`, and call `stop()` to end it."""

    def __init__(self, options: Options, metrics: Metrics, hub: Hub | None = None) -> None:
        self._options = options
        self._metrics = metrics
        self._hub = hub or NoHub()
        self._ends = asyncio.Event()
        self._has_read = asyncio.Event()
        channels = (CHECKS, QUESTIONS, AGENTS)
        self._hints = {channel: asyncio.Event() for channel in channels}
        self._database = DatabaseThread(channels, self._hint)
        self._outbox = Outbox()
        self._limits = Limits()
        self._shards: frozenset[int] = frozenset()
        self._held_until = 0.0
        self._tasks = Tasks()

    def stop(self) -> None:
        """Ask nobody anything more, write what was heard, give up the leases."""
        self._ends.set()

    async def run(self) -> None:
        """Work until `stop`."""
        first = await self._first_beat()
        if first is None:
            await self._database.close()
            return
        self._clock = Clock(first.now)
        self._watch = Watch(
            self._clock, self._outbox, on_health=self._on_health, on_change=self._on_change
        )
        sip = await SipSocket.open()
        self._askers = Askers(sip, self._hub)
        self._answering = Answering(self._database, self._askers, self._limits, self._metrics)
        self._take_shards(first.shards)
        try:
            await self._hub.open(self._database)
            await self._work()
        finally:
            sip.close()
            await self._hub.close()
            await self._database.close()

    async def _work(self) -> None:
        loops = (
            *(self._ask_due, self._answer, self._flush),
            *(self._beat, self._rescan, self._know_agents),
        )
        tasks = [asyncio.create_task(loop(), name=loop.__name__) for loop in loops]
        ended = asyncio.create_task(self._ends.wait())
        done, _ = await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, ended):
            task.cancel()
        await asyncio.gather(*tasks, ended, return_exceptions=True)
        await self._tasks.cancel()
        with suppress(DatabaseAway, TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                while len(self._outbox):
                    await self._write_some()
                await self._database.call(leases.leave, self._options.holder)
        for task in done - {ended}:
            # A loop never ends by itself: what ended it stops the runner, and it is started again.
            task.result()

    async def _ask_due(self) -> None:
        while True:
            for watched, due in self._watch.due():
                self._tasks.start(self._ask(watched, due))
            due_next = self._watch.schedule.next_due()
            wait = LONGEST if due_next is None else due_next - self._clock.steady()
            await asyncio.sleep(min(max(wait, FINEST), LONGEST))

    async def _answer(self) -> None:
        # Before that nobody knows where probes may go.
        await self._has_read.wait()
        while True:
            await self._hinted(QUESTIONS, QUESTIONS_EVERY)
            with suppress(DatabaseAway):
                await self._answering.take_up(self._shards, self._tasks)

    async def _ask(self, watched: Watched, due: float) -> None:
        plan = watched.plan
        if plan.question is None:
            result, asked = unanswerable(plan.problem), self._clock.steady()
        else:
            async with self._limits.turn(door_of(plan.question, plan.agent_id)):
                asked = self._clock.steady()
                self._metrics.asked(plan.kind, asked - due)
                result = await self._askers.ask(
                    plan.question, provider_id=plan.provider_id, agent_id=plan.agent_id
                )
        self._metrics.answered(plan.kind, result.outcome.value)
        self._watch.heard(plan.check_id, result, asked)

    async def _flush(self) -> None:
        failures = 0
        while True:
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)] if failures else FLUSH_EVERY)
            try:
                if monotonic() > self._held_until:
                    # After a long silence somebody else may have our shards: ask before writing.
                    await self._beat_once()
                # More than one batch only to catch up: else each would hold what came in meanwhile.
                await self._write_some()
                while len(self._outbox) >= LARGEST_BATCH:
                    await self._write_some()
                failures = 0
            except DatabaseAway:
                failures += 1
            self._metrics.database.set(not failures)
            self._metrics.waiting.set(len(self._outbox))
            self._metrics.dropped.set(self._outbox.dropped)

    async def _write_some(self) -> None:
        rows = self._outbox.take(LARGEST_BATCH)
        if not rows:
            return
        began = self._clock.steady()
        try:
            self._follow(await self._database.call(store.write, rows), began)
        except (DataError, IntegrityError):
            self._metrics.refused.inc(await self._database.call(store.write_singly, rows))
        except BaseException:
            self._outbox.put_back(rows)
            raise
        self._metrics.flush.observe(self._clock.steady() - began)

    async def _first_beat(self) -> leases.Held | None:
        while not self._ends.is_set():
            try:
                await self._database.call(refuse_unsafe_role)
                await self._database.call(leases.bury, self._options.holder)
                return await self._database.call(
                    leases.beat, self._options.holder, self._options.version, {}
                )
            except DatabaseAway:
                with suppress(TimeoutError):
                    async with asyncio.timeout(PAUSES[1]):
                        await self._ends.wait()
        return None

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(leases.BEAT_EVERY.total_seconds())
            with suppress(DatabaseAway):
                await self._beat_once()

    async def _beat_once(self) -> None:
        began, asked = monotonic(), self._clock.steady()
        ill = self._watch.hold.ill_since
        held = await self._database.call(
            leases.beat,
            self._options.holder,
            self._options.version,
            self._figures(),
            None if ill is None else self._clock.steady() - ill,
        )
        self._held_until = began + leases.LEASE.total_seconds()
        self._follow(held.now, asked)
        if held.shards != self._shards:
            self._take_shards(held.shards)

    def _take_shards(self, shards: frozenset[int]) -> None:
        lost = set(self._shards - shards)
        self._shards = shards
        self._held_until = monotonic() + leases.LEASE.total_seconds()
        self._metrics.shards.set(len(shards))
        if lost:
            self._outbox.forget(lost, leases.SHARDS)
        self._hints[CHECKS].set()
        self._hints[QUESTIONS].set()
        log.info("runner.shards holder=%s shards=%s", self._options.holder, len(shards))

    async def _rescan(self) -> None:
        """Read what changed: soon after a hint, and every minute in case one was lost."""
        while True:
            await self._hinted(CHECKS, RESCAN_EVERY)
            with suppress(DatabaseAway):
                await self._read_changes()

    async def _know_agents(self) -> None:
        while True:
            await self._hinted(AGENTS, RESCAN_EVERY)
            await self._hub.refresh()

    async def _read_changes(self) -> None:
        shards = self._shards
        policies = await self._database.call(loading.policies)
        self._askers.allow(*policies)
        now = await self._database.call(loading.digests_of, shards)
        before = self._watch.digests()
        self._watch.drop([check_id for check_id in before if check_id not in now])
        changed = [pair for pair in now.items() if before.get(pair[0]) != pair[1]]
        for start in range(0, len(changed), loading.PIECE):
            piece = changed[start : start + loading.PIECE]
            self._watch.update(await self._database.call(loading.plans_of, piece))
        self._metrics.checks.set(len(self._watch))
        self._has_read.set()

    def _hint(self, channel: str) -> None:
        if event := self._hints.get(channel):
            event.set()

    async def _hinted(self, channel: str, at_most: float) -> None:
        event = self._hints[channel]
        # Not wait_for: in Python 3.11 it may swallow that we are asked to stop.
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await event.wait()
        if channel == CHECKS:
            await asyncio.sleep(SETTLE)
        event.clear()

    def _follow(self, database_now: datetime, asked: float) -> None:
        if self._clock.follow(database_now, asked, self._clock.steady()):
            self._metrics.jumps.inc()
            log.warning("runner.clock_jumped holder=%s", self._options.holder)

    def _on_change(self, change: Change) -> None:
        self._metrics.changes.labels(change.became.value).inc()

    def _on_health(self, ill: bool) -> None:
        self._metrics.ill.set(ill)
        log.warning("runner.our_side_%s holder=%s", "ill" if ill else "well", self._options.holder)
        tell = self._database.insist(_tell_health, self._watch.providers(), ill)
        self._tasks.start(tell)

    def _figures(self) -> Mapping[str, Any]:
        self._metrics.asking.set(self._limits.asking)
        return {
            "checks": len(self._watch),
            "shards": len(self._shards),
            "waiting": len(self._outbox),
            "asking": self._limits.asking,
            "late_p99_ms": round(self._metrics.lateness_p99() * 1000, 1),
            "dropped": self._outbox.dropped,
        }


def _tell_health(provider_ids: set[int], ill: bool) -> None:
    store.tell_health(provider_ids, ill=ill)
