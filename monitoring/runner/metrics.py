"""The runner's own figures, for Prometheus (/metrics) and for the operator's row."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

log = logging.getLogger(__name__)

NAMESPACE = "portal_runner"
LATENESS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
FLUSH = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
RECENT = 20_000
LONGEST_REQUEST = 8192
REQUEST_SECONDS = 5.0


class Metrics:
    """Counts what the runner does. Names begin with portal_runner_."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.recent_lateness: deque[float] = deque(maxlen=RECENT)
        self._probes = self._counter("probes", "Probes by kind and outcome", "kind", "outcome")
        self._counted: dict[tuple[str, str], Counter] = {}
        self.lateness = self._histogram("start_lateness_seconds", "From due to asked", LATENESS)
        self.late_p99 = self._gauge(
            "start_lateness_p99_seconds", "99 of 100 recent probes began within"
        )
        self.late_p99.set_function(self.lateness_p99)
        self.flush = self._histogram("flush_seconds", "Writing one batch", FLUSH)
        self.changes = self._counter("state_changes", "Changes of state", "became")
        self.requests = self._counter("requests", "Questions out of turn that were answered")
        self.jumps = self._counter("clock_jumps", "Times that the database's clock was set")
        self.refused = self._counter("rows_refused", "Results that the database did not take")
        self.checks = self._gauge("checks", "Checks that this runner asks")
        self.shards = self._gauge("shards", "Shards that this runner holds")
        self.asking = self._gauge("probes_running", "Probes on their way")
        self.waiting = self._gauge("rows_waiting", "Results that are not written yet")
        self.dropped = self._gauge("rows_dropped", "Results lost because too many waited")
        self.database = self._gauge("database_up", "1 while the database answers")
        self.ill = self._gauge("our_side_ill", "1 while our own side is suspected")

    def asked(self, kind: str, late: float) -> None:
        """Count the start of a probe."""
        self.lateness.observe(late)
        self.recent_lateness.append(late)

    def answered(self, kind: str, outcome: str) -> None:
        """Count the end of a probe."""
        counter = self._counted.get((kind, outcome))
        if counter is None:
            counter = self._counted[kind, outcome] = self._probes.labels(kind, outcome)
        counter.inc()

    def lateness_p99(self) -> float:
        """Return within how many seconds 99 of 100 recent probes began."""
        late = sorted(self.recent_lateness)
        return late[int(len(late) * 0.99)] if late else 0.0

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, NAMESPACE, registry=self.registry)

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(name, words, (), NAMESPACE, registry=self.registry)

    def _histogram(self, name: str, words: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, words, (), NAMESPACE, registry=self.registry, buckets=buckets)


async def serve_metrics(metrics: Metrics, host: str, port: int) -> asyncio.Server | None:
    """Answer GET /metrics. None where the port is taken: checks run all the same."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_reply(head, metrics))
                await writer.drain()
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    try:
        return await asyncio.start_server(handle, host, port, limit=LONGEST_REQUEST)
    except OSError as error:
        log.warning("runner.no_metrics port=%s error=%s", port, error.strerror)
        return None


def _reply(head: bytes, metrics: Metrics) -> bytes:
    method, _, rest = head.partition(b" ")
    path = rest.partition(b" ")[0].partition(b"?")[0]
    if method != b"GET" or path != b"/metrics":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    body = generate_latest(metrics.registry)
    lines = (
        "HTTP/1.1 200 OK",
        f"Content-Type: {CONTENT_TYPE_LATEST}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "",
        "",
    )
    return "\r\n".join(lines).encode() + body
