"""What a machine tells from inside: disks, memory, load, versions, clock, over SSH."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta

from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Value
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.ssh import run, ssh_facts, ssh_session
from monitoring.probes.ssh_catalogue import CATALOGUE, USUAL_TOPICS, Said, Topic
from monitoring.probes.ssh_login import SshLogin
from monitoring.probes.timing import NotWell, Stopwatch, within


async def probe_machine(
    target: Pinned,
    deadline: timedelta,
    login: SshLogin,
    topics: Iterable[Topic] = USUAL_TOPICS,
) -> ProbeResult:
    """Sign in and run the commands of `topics`. A login that is refused is degraded, not dead.

    Never raises for what the other side does; ValueError for a private key that is none.
    """
    watch = Stopwatch()
    facts = await within(deadline, _told(target, login, sorted(topics)), watch)
    if isinstance(facts, ProbeResult):
        return facts
    return ProbeResult(Outcome.ALIVE, watch.took, "The machine lets us in and answers", facts)


async def _told(target: Pinned, login: SshLogin, topics: list[Topic]) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    async with ssh_session(target, login) as session:
        for topic in topics:
            asked = time.time()
            text = await run(session, CATALOGUE[topic].line)
            facts |= CATALOGUE[topic].read(Said(text, asked, time.time()))
        if topics and not facts:
            raise NotWell("What it answers cannot be read", Outcome.DEGRADED)
        return ssh_facts(session) | facts
