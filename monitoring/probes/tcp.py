"""Does a port accept a connection?"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from monitoring.probes.egress import Pinned
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.timing import Stopwatch, within


async def probe_tcp(target: Pinned, deadline: timedelta) -> ProbeResult:
    """Connect and hang up. Never raises for what the other side does."""
    watch = Stopwatch()
    connected = await within(deadline, asyncio.open_connection(target.address, target.port), watch)
    if isinstance(connected, ProbeResult):
        return connected
    connected[1].transport.abort()
    return ProbeResult(Outcome.ALIVE, watch.took, f"Port {target.port} is open")
