"""A machine with SSH on loopback that runs what it is told, as whoever runs the tests."""

import asyncio
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from ipaddress import ip_network
from pathlib import Path

import asyncssh

from monitoring.probes.egress import EgressPolicy, Pinned
from monitoring.probes.ssh_login import SshLogin
from tests.monitoring.ssh_wire import HOST_KEY, LOGIN, Machine, Server
from tests.monitoring.wire import at
from upkeep.drivers.base import Reach

LOOPBACK = EgressPolicy(allowed=(ip_network("127.0.0.0/8"),))


def reach_to(target: Pinned, login: SshLogin = LOGIN) -> Reach:
    """Return the way to a machine on loopback."""
    return Reach(target.address, target.port, LOOPBACK, login)


@asynccontextmanager
async def machine_that_obeys(
    programs: Mapping[str, str] | None = None, *, leads_to: int = 0
) -> AsyncIterator[Machine]:
    """Run one. `programs` are added to its path: shell scripts by name."""
    machine = Machine(at(0), leads_to)
    paths = [os.environ["PATH"]]

    async def run(process: asyncssh.SSHServerProcess[bytes]) -> None:
        machine.ran.append(process.command or "")
        child = await asyncio.create_subprocess_exec(
            "sh",
            "-c",
            process.command or "",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PATH": ":".join(paths)},
        )
        assert child.stdin
        assert child.stdout
        assert child.stderr
        fed = asyncio.create_task(_feed(process.stdin, child.stdin))
        try:
            await asyncio.gather(
                _pour(child.stdout, process.stdout), _pour(child.stderr, process.stderr)
            )
            process.exit(await child.wait())
        finally:
            fed.cancel()
            # Its pipes too: whoever waits for a killed child waits for them, unread as they are.
            child._transport.close()  # type: ignore[attr-defined]

    with _folder_of(programs or {}) as folder:
        paths.insert(0, folder)
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: Server(machine),
            server_host_keys=[HOST_KEY],
            process_factory=run,
            encoding=None,
        )
        machine.target = at(server.get_port())
        try:
            yield machine
        finally:
            server.close()


async def _pour(source: asyncio.StreamReader, into: asyncssh.SSHWriter[bytes]) -> None:
    with suppress(BrokenPipeError, ConnectionError):
        while piece := await source.read(65536):
            into.write(piece)
            await into.drain()


async def _feed(source: asyncssh.SSHReader[bytes], into: asyncio.StreamWriter) -> None:
    with suppress(BrokenPipeError, ConnectionError, asyncssh.Error):
        while piece := await source.read(65536):
            into.write(piece)
            await into.drain()
        into.close()


@contextmanager
def _folder_of(programs: Mapping[str, str]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="machine-") as folder:
        for name, text in programs.items():
            program = Path(folder, name)
            program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            program.chmod(0o755)
        yield folder


@contextmanager
def machine_beside(programs: Mapping[str, str] | None = None) -> Iterator[Machine]:
    """Run one beside the test, in a thread of its own: for what runs a loop itself."""
    ready, over = threading.Event(), threading.Event()
    found: list[Machine] = []

    async def run() -> None:
        async with machine_that_obeys(programs) as machine:
            found.append(machine)
            ready.set()
            await asyncio.to_thread(over.wait, 60)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        over.set()
        thread.join(10)
