"""A shell on a machine: commands of the catalogue only, their exit status, and their bytes.

Nothing runs through a pipe of the other side's shell, which would hide that its first half failed.
What a command prints is streamed in pieces, so that a dump of any size needs the same memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncssh

from monitoring.probes.egress import EgressRefused
from monitoring.probes.facts import clean
from monitoring.probes.ssh import ssh_session
from monitoring.probes.timing import NotWell
from upkeep.drivers.base import DriverFailed, Reach

PIECE = 256 * 1024
LARGEST_ANSWER = 4 * 1024 * 1024
LARGEST_COMPLAINT = 4 * 1024
SIGN_IN_SECONDS = 30
# A dump may think for a while before its first byte; a machine that says nothing is hung.
SILENT_SECONDS = 300
# What programs say of ENOSPC, after paths that may be longer than what is kept of a line.
FULL = "No space left on device"


@dataclass(frozen=True, slots=True)
class Line:
    """A command line of the catalogue, ready to be sent. `also_well` are exit statuses besides 0.

    Made by `upkeep.drivers.commands` only, which quotes what is put in.
    """

    words: str
    text: str
    also_well: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit status, how much it printed, and what it complained of."""

    status: int
    sent_bytes: int
    complaint: str

    @property
    def reason(self) -> str:
        """Return the first thing that it complained of and that is no mere warning, or ""."""
        if FULL in self.complaint:
            return "the disk of the machine is full."
        lines = (clean(line) for line in self.complaint.splitlines())
        return next((line for line in lines if line and "warning" not in line.lower()), "")


Running = tuple[asyncssh.SSHClientProcess[bytes], asyncio.Task[str]]


class Shell:
    """A session on one machine."""

    def __init__(self, session: asyncssh.SSHClientConnection) -> None:
        self.session = session

    async def stream(self, line: Line, write: Callable[[bytes], object]) -> Ended:
        """Run a command and hand on all that it prints. Raises DriverFailed unless it ended well.

        What was handed on before a failure is not whole: the caller throws it away.
        """
        sent = 0
        async with self._running(line) as (process, complaint):
            process.stdin.write_eof()
            while piece := await _next(process.stdout):
                write(piece)
                sent += len(piece)
            return await _ended(process, complaint, line, sent)

    async def read(self, line: Line) -> str:
        """Return what a command prints, 4 MB at most. Raises DriverFailed unless it ended well."""
        said = bytearray()

        def keep(piece: bytes) -> None:
            if len(said) + len(piece) > LARGEST_ANSWER:
                raise DriverFailed(f"{line.words}: the answer of the machine is too long.")
            said.extend(piece)

        await self.stream(line, keep)
        return said.decode("utf-8", errors="replace")

    async def feed(self, line: Line, pieces: Iterator[bytes]) -> Ended:
        """Run a command and give it bytes to read. Raises DriverFailed unless it ended well.

        One that ends before it has read everything has not, whatever its status says.
        """
        sent, is_read = 0, True
        async with self._running(line) as (process, complaint):
            # Unread, its answers would make it stand still.
            answer = asyncio.create_task(_complaint(process.stdout))
            try:
                for piece in pieces:
                    process.stdin.write(piece)
                    async with asyncio.timeout(SILENT_SECONDS):
                        await process.stdin.drain()
                    sent += len(piece)
                process.stdin.write_eof()
            except BrokenPipeError:
                is_read = False
            ended = await _ended(process, complaint, line, sent)
            answer.cancel()
        if not is_read:
            raise DriverFailed(f"{line.words}: the machine stopped reading before the end.")
        return ended

    @asynccontextmanager
    async def _running(self, line: Line) -> AsyncIterator[Running]:
        """Start a command, and close it at the end of the block. DriverFailed when it hangs."""
        process = await self.session.create_process(line.text, encoding=None)
        complaint = asyncio.create_task(_complaint(process.stderr))
        try:
            yield process, complaint
        except TimeoutError as error:
            raise _hung(line) from error
        finally:
            complaint.cancel()
            process.close()


@asynccontextmanager
async def open_shell(reach: Reach) -> AsyncIterator[Shell]:
    """Sign in to a machine, and hang up at the end. Raises DriverFailed with the reason."""
    async with AsyncExitStack() as until_the_end:
        try:
            place = await reach.place()
            async with asyncio.timeout(SIGN_IN_SECONDS):
                session = await until_the_end.enter_async_context(ssh_session(place, reach.login))
        except FAILURES as error:
            raise DriverFailed(_in_words(error)) from error
        try:
            yield Shell(session)
        except asyncssh.Error as error:
            raise DriverFailed(
                "The connection to the machine ended before its work did."
            ) from error


# In this order: a refused connection is an OSError too.
WORDS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "The machine did not answer in time."),
    (ConnectionRefusedError, "The machine refused the connection."),
    (OSError, "The machine cannot be reached."),
    (ValueError, "The private key of its credential cannot be read."),
)
FAILURES = (EgressRefused, NotWell, OSError, ValueError)


def _in_words(error: Exception) -> str:
    known = next((words for kind, words in WORDS if isinstance(error, kind)), "")
    return known or f"{str(error).rstrip('.')}."


async def _next(stdout: asyncssh.SSHReader[bytes]) -> bytes:
    async with asyncio.timeout(SILENT_SECONDS):
        return await stdout.read(PIECE)


async def _ended(
    process: asyncssh.SSHClientProcess[bytes], complaint: asyncio.Task[str], line: Line, sent: int
) -> Ended:
    async with asyncio.timeout(SILENT_SECONDS):
        await process.wait_closed()
        said = await complaint
    return _judged(line, Ended(_status(process), sent, said))


async def _complaint(stderr: asyncssh.SSHReader[bytes]) -> str:
    """Read all that a command complains of, and keep its beginning: unread it would stand still."""
    kept = b""
    while piece := await stderr.read(8192):
        kept = (kept + piece)[:LARGEST_COMPLAINT]
    return kept.decode("utf-8", errors="replace")


def _status(process: asyncssh.SSHClientProcess[bytes]) -> int:
    # None when the connection ended first, -1 when a signal ended it.
    status = process.exit_status
    return -1 if status is None else status


def _judged(line: Line, ended: Ended) -> Ended:
    if ended.status == 0 or ended.status in line.also_well:
        return ended
    how = "was ended before it was done" if ended.status < 0 else f"failed (exit {ended.status})"
    raise DriverFailed(f"{line.words} {how}" + (f": {ended.reason}" if ended.reason else "."))


def _hung(line: Line) -> DriverFailed:
    return DriverFailed(
        f"{line.words}: the machine said nothing for {SILENT_SECONDS // 60} minutes."
    )
