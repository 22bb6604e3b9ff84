"""One SFTP session of the drop: files are put, one after the other, and nothing else happens.

A file counts once the client has closed it. asyncssh's own SFTP server closes what a broken line
leaves open as if the client had done so, and falls back to the disk of the machine for what nobody
refuses; this one can do neither.
"""

from __future__ import annotations

import asyncio
import logging
import posixpath
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final

import asyncssh

from calcom_portal.common.files import safe_name
from upkeep.drop import wire
from upkeep.drop.open_file import PIECE, OpenFile
from upkeep.drop.taking import Account, Refused, Taker
from upkeep.drop.wire import Kind, OpenFlag, Reader, Request, Status

log = logging.getLogger(__name__)

MOST_FOLDERS: Final = 64
MOST_FILES: Final = 256
HANDLE: Final = b"file"
LONGEST_SILENCE: Final = timedelta(minutes=4)
BROKEN_OFF: Final = "The line broke before the system had closed the file. Nothing of it was kept."
FELL_SILENT: Final = "The system sent nothing for four minutes. Nothing of the file was kept."
OUR_FAULT: Final = "The portal could not keep the file. Send it again."
ONLY_PUT: Final = "Files can be put here, and nothing else."
Answer = Callable[[Request, Reader], Awaitable[bytes]]


class Wrong(Exception):
    """A request that is answered with a status and words."""

    def __init__(self, status: Status, words: str) -> None:
        super().__init__(words)
        self.status = status


class DropSession(asyncssh.SSHServerSession[bytes]):
    """Takes the requests of one client in their order."""

    def __init__(self, account: Account, taker: Taker) -> None:
        self._account, self._taker = account, taker
        self._packets = wire.Packets()
        self._news = asyncio.Event()
        self._is_over = self._is_stopped = False
        self._is_paused = False
        self._why_over = BROKEN_OFF
        self._file: OpenFile | None = None
        # What was put and which folders were made, for clients that look whether it is there.
        self._put: dict[str, int] = {}
        self._folders: set[str] = {"/"}
        self._channel: asyncssh.SSHServerChannel[bytes]
        self.work: asyncio.Task[None] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Keep the channel; asyncssh calls this."""
        self._channel = chan

    def pty_requested(self, *_: object) -> bool:
        """Refuse a terminal."""
        return False

    def subsystem_requested(self, subsystem: str) -> bool:
        """Take part in SFTP only. Shells and commands are refused by asyncssh's own answer."""
        return subsystem == "sftp"

    def session_started(self) -> None:
        """Begin to work; asyncssh calls this."""
        self.work = asyncio.get_running_loop().create_task(self._work())

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Take bytes, and let the client wait while there is much to do."""
        self._packets.feed(data)
        if len(self._packets) > PIECE and not self._is_paused:
            self._is_paused = True
            self._channel.pause_reading()
        self._news.set()

    def eof_received(self) -> bool:
        """Come to an end once all is answered: the line stays open that long."""
        self._end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """End; asyncssh calls this however the line went."""
        self._end()

    def stop(self, why: str) -> None:
        """End from our side, after what is being answered."""
        self._why_over, self._is_stopped = why, True
        self._end()

    def _end(self) -> None:
        self._is_over = True
        self._news.set()

    async def _work(self) -> None:
        try:
            while not self._is_stopped:
                request = self._packets.next()
                if request is not None:
                    self._send(await self._answer(request))
                elif self._is_over:
                    break
                else:
                    await self._more()
        except wire.NotSftp as error:
            log.warning("drop.no_sftp account=%s words=%s", self._account.name, error)
        finally:
            if self._file is not None:
                await self._abandon(self._why_over)
            self._channel.exit(0)

    async def _more(self) -> None:
        self._news.clear()
        if self._is_paused:
            self._is_paused = False
            self._channel.resume_reading()
        try:
            async with asyncio.timeout(LONGEST_SILENCE.total_seconds()):
                await self._news.wait()
        except TimeoutError:
            self.stop(FELL_SILENT)

    def _send(self, answer: bytes) -> None:
        if not self._channel.is_closing():
            self._channel.write(answer)

    async def _answer(self, request: Request) -> bytes:
        answers: Mapping[int, Answer] = {
            Kind.INIT: self._greet,
            Kind.OPEN: self._open,
            Kind.WRITE: self._write,
            Kind.CLOSE: self._close,
            Kind.STAT: self._stat,
            Kind.LSTAT: self._stat,
            Kind.FSTAT: self._fstat,
            Kind.SETSTAT: self._setstat,
            Kind.FSETSTAT: self._fsetstat,
            Kind.REALPATH: self._realpath,
            Kind.MKDIR: self._mkdir,
            Kind.RENAME: self._rename,
        }
        answer = answers.get(request.kind)
        if answer is None:
            return wire.status(request.number, Status.PERMISSION_DENIED, ONLY_PUT)
        try:
            return await answer(request, Reader(request.body))
        except Wrong as wrong:
            return wire.status(request.number, wrong.status, str(wrong))
        except wire.NotSftp:
            raise
        except Exception:
            # A full disk, a database that is away: the client is told, and others are served.
            log.exception("drop.failed account=%s", self._account.name)
            await self._abandon(OUR_FAULT)
            return wire.status(request.number, Status.FAILURE, OUR_FAULT)

    async def _greet(self, request: Request, body: Reader) -> bytes:
        return wire.version()

    async def _open(self, request: Request, body: Reader) -> bytes:
        path, flags = _whole(body.path()), body.word()
        if not flags & OpenFlag.WRITE or flags & OpenFlag.APPEND:
            raise Wrong(Status.PERMISSION_DENIED, ONLY_PUT)
        if path in self._folders:
            raise Wrong(Status.FAILURE, "A folder has this name.")
        if self._file is not None:
            raise Wrong(Status.FAILURE, "Close the former file first.")
        if len(self._put) >= MOST_FILES:
            raise Wrong(Status.FAILURE, "So many files cannot be put at once. Sign in again.")
        name = safe_name(path)
        try:
            incoming = await asyncio.to_thread(self._taker.begin, self._account, name)
        except Refused as refusal:
            raise Wrong(Status.FAILURE, str(refusal)) from refusal
        self._file = OpenFile(path, incoming)
        return wire.handle(request.number, HANDLE)

    async def _write(self, request: Request, body: Reader) -> bytes:
        file = self._opened(body)
        offset, data = body.long(), body.text()
        if offset != file.size:
            await self._refuse("The file has to come in order, from its beginning to its end.")
        try:
            await file.add(data, self._account.limit)
        except Refused as refusal:
            await self._refuse(str(refusal))
        return wire.status(request.number, Status.OK)

    async def _close(self, request: Request, body: Reader) -> bytes:
        file = self._opened(body)
        try:
            await file.hand_on()
            await asyncio.to_thread(file.incoming.finish)
        except Refused as refusal:
            await self._refuse(str(refusal))
        self._file = None
        self._put[file.path] = file.size
        return wire.status(request.number, Status.OK)

    async def _stat(self, request: Request, body: Reader) -> bytes:
        path = _whole(body.path())
        if path in self._folders:
            return wire.folder_attributes(request.number)
        if path not in self._put:
            raise Wrong(Status.NO_SUCH_FILE, "Nothing of this name was put in this session.")
        return wire.file_attributes(request.number, self._put[path])

    async def _fstat(self, request: Request, body: Reader) -> bytes:
        return wire.file_attributes(request.number, self._opened(body).size)

    async def _setstat(self, request: Request, body: Reader) -> bytes:
        path = _whole(body.path())
        return self._attributes(request, body, self._put.get(path, 0))

    async def _fsetstat(self, request: Request, body: Reader) -> bytes:
        return self._attributes(request, body, self._opened(body).size)

    def _attributes(self, request: Request, body: Reader, size: int) -> bytes:
        """Let clients set owners and times, which nobody keeps, but not cut a file."""
        if body.size_asked() not in (None, size):
            raise Wrong(Status.PERMISSION_DENIED, ONLY_PUT)
        return wire.status(request.number, Status.OK)

    async def _realpath(self, request: Request, body: Reader) -> bytes:
        return wire.path(request.number, _whole(body.path()))

    async def _mkdir(self, request: Request, body: Reader) -> bytes:
        """Go along with clients that make folders first: files lie in none."""
        if len(self._folders) >= MOST_FOLDERS:
            raise Wrong(Status.PERMISSION_DENIED, "So many folders are none to put a backup in.")
        self._folders.add(_whole(body.path()))
        return wire.status(request.number, Status.OK)

    async def _rename(self, request: Request, body: Reader) -> bytes:
        """Go along with clients that put a file under another name first."""
        old, new = _whole(body.path()), _whole(body.path())
        if old not in self._put or new in self._put or new in self._folders:
            raise Wrong(Status.PERMISSION_DENIED, ONLY_PUT)
        self._put[new] = self._put.pop(old)
        return wire.status(request.number, Status.OK)

    def _opened(self, body: Reader) -> OpenFile:
        if body.text() != HANDLE or self._file is None:
            raise Wrong(Status.FAILURE, "No file is open.")
        return self._file

    async def _refuse(self, why: str) -> None:
        """Give up the open file: what comes after it is refused too."""
        await self._abandon(why)
        raise Wrong(Status.FAILURE, why)

    async def _abandon(self, why: str) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        log.info("drop.abandoned account=%s bytes=%s", self._account.name, file.size)
        try:
            await asyncio.to_thread(file.incoming.abandon, why)
        except Exception:
            # What it leaves behind is swept.
            log.exception("drop.abandon_failed account=%s", self._account.name)


def _whole(path: str) -> str:
    """Return a path from the root of the drop, which `..` does not leave."""
    whole = posixpath.normpath(posixpath.join("/", path.replace("\\", "/")))
    # Two slashes at the beginning mean something else to POSIX, and survive.
    return "/" + whole.lstrip("/")
