"""A small HTTP client for measuring: one connection a request, as sync workers close it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from statistics import median

TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and the seconds from connecting to its last byte."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that is sent again and again. `fresh` makes the headers and body of each."""

    port: int
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    fresh: Callable[[int], tuple[dict[str, str], bytes]] | None = None
    expected: tuple[int, ...] = (200,)
    # Sends the ETag of a first answer with every further request, which must be answered 304.
    unchanged: bool = False

    def raw(self, number: int) -> bytes:
        """Return the bytes of the request."""
        extra, body = self.fresh(number) if self.fresh else ({}, b"")
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        headers = dict(self.headers) | extra | {"Connection": "close"}
        if body:
            headers["Content-Length"] = str(len(body))
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(slots=True)
class Load:
    """What several clients at once measured."""

    requests: int = 0
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return requests a second."""
        return self.requests / self.seconds


_numbers = count(1)


def send(ask: Ask) -> Reply:
    """Send one request and read the whole answer. Raises SystemExit for an unexpected status."""
    raw = ask.raw(next(_numbers))
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", ask.port), TIMEOUT) as connection:
        connection.sendall(raw)
        parts = []
        while part := connection.recv(1 << 18):
            parts.append(part)
    seconds = time.perf_counter() - start
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    reply = Reply(int(first.split()[1]), headers, body, seconds)
    if reply.status not in ask.expected:
        raise SystemExit(
            f"{ask.method} {ask.path} answered {first}, not {ask.expected[0]}: not measured.\n"
            f"{body[:500].decode(errors='replace')}"
        )
    return reply


def one_by_one(ask: Ask, number: int) -> float:
    """Return the median milliseconds of a single client."""
    times: list[float] = []
    ask = known(ask)
    while len(times) < number:
        reply = send(ask)
        if reply.status == ask.expected[0]:
            times.append(reply.seconds)
        else:
            ask = known(replace(ask, headers=ask.headers[:-1]))
    return median(times) * 1000


def known(ask: Ask) -> Ask:
    """Return the request of somebody who has the present answer already, where that is meant."""
    if not ask.unchanged:
        return ask
    etag = send(replace(ask, expected=(200,))).headers["etag"]
    # Time left is shown in minutes: with each new minute there is another answer.
    return replace(ask, headers=(*ask.headers, ("If-None-Match", etag)), expected=(304, 200))


def at_once(ask: Ask, number: int, clients: int = 8) -> Load:
    """Send `number` requests by several clients."""
    load, left = Load(number), iter(range(number))
    failed: list[BaseException] = []
    lock = threading.Lock()
    ask = known(ask)

    def work() -> None:
        for _ in _shared(left, lock):
            try:
                load.times.append(send(ask).seconds)
            except (SystemExit, OSError) as error:
                failed.append(error)
                return

    threads = [threading.Thread(target=work) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - start
    if failed:
        raise SystemExit(str(failed[0]))
    return load


@dataclass(frozen=True, slots=True)
class Side:
    """Medians of several rounds: milliseconds of one client, requests a second of eight."""

    ms: float
    rate: float


def in_turns(
    asks: dict[str, Ask], rounds: int = 3, single: int = 40, many: int = 80
) -> dict[str, Side]:
    """Measure several requests in turns, so that noise of the machine meets all of them."""
    for ask in asks.values():
        at_once(ask, 40)
    times: dict[str, list[float]] = {name: [] for name in asks}
    rates: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(rounds):
        for name, ask in asks.items():
            times[name].append(one_by_one(ask, single))
        for name, ask in asks.items():
            rates[name].append(at_once(ask, many).rate)
    return {name: Side(median(times[name]), median(rates[name])) for name in asks}


def _shared(numbers: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        yield number
