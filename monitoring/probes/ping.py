"""ICMP: does a machine answer pings, how quickly, and how many get lost? (RFC 792, RFC 4443)"""

from __future__ import annotations

from datetime import timedelta

from icmplib import Host, ICMPLibError, SocketPermissionError, async_ping

from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Facts
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.timing import NotWell, Stopwatch, within

PINGS = 5
BETWEEN = 0.1
# Of the deadline, so that the last ping has as long as the first.
PATIENCE = 0.8


async def probe_ping(target: Pinned, deadline: timedelta) -> ProbeResult:
    """Send five pings; dead when none comes back, unknown where this machine may send none.

    Never raises for what the other side does.
    """
    watch = Stopwatch()
    host = await within(deadline, _ping(target, deadline), watch)
    if isinstance(host, ProbeResult):
        return host
    lost = round(host.packet_loss * 100, 1)
    if not host.is_alive:
        return ProbeResult(Outcome.DEAD, watch.took, "No ping was answered", {Fact.PING_LOSS: lost})
    facts: Facts = {
        Fact.PING_LOSS: lost,
        Fact.PING_AVERAGE: round(host.avg_rtt, 3),
        Fact.PING_WORST: round(host.max_rtt, 3),
    }
    words = f"{host.packets_received} of {host.packets_sent} pings were answered"
    return ProbeResult(Outcome.ALIVE, watch.took, words, facts)


async def _ping(target: Pinned, deadline: timedelta) -> Host:
    # Pings are sent one after the other: a dead machine costs the patience for each.
    patience = (deadline.total_seconds() * PATIENCE - PINGS * BETWEEN) / PINGS
    for privileged in (False, True):
        try:
            return await async_ping(
                target.address,
                count=PINGS,
                interval=BETWEEN,
                timeout=max(patience, BETWEEN),
                privileged=privileged,
            )
        except SocketPermissionError:
            continue
        except ICMPLibError as error:
            raise NotWell("The ping could not be sent", Outcome.UNKNOWN) from error
    raise NotWell("This machine may not send pings", Outcome.UNKNOWN)
