"""age behind a pipe: pyrage pulls its input, so it works in a thread of its own."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

import pyrage
import zstandard

from upkeep.store.errors import ObjectDamaged, OverQuota, StoreError, StoreUnavailable
from upkeep.store.objects import ObjectWriter

BUFFER = 256 * 1024
# zstd says how much memory it takes to open a stream: ours never takes more than 8 MB.
LARGEST_WINDOW = 8 * 1024 * 1024


class Counting:
    """Hashes and counts what age writes, and keeps to the room that is left."""

    def __init__(self, target: ObjectWriter, room: int | None) -> None:
        self.target, self.room = target, room
        self.digest, self.count = hashlib.sha256(), 0

    def write(self, data: bytes, /) -> int:
        self.count += len(data)
        if self.room is not None and self.count > self.room:
            raise OverQuota
        self.digest.update(data)
        return self.target.write(data)

    def flush(self) -> None:
        """Nothing to do: there is no buffer."""


class Encryption:
    """age behind a pipe: its thread pulls from one end what is written to the other."""

    def __init__(self, target: Counting, recipients: Sequence[str]) -> None:
        known = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
        if not known:
            target.target.abandon()
            raise ValueError("A backup without a key could be opened by nobody.")
        source, sink = os.pipe()
        self._sink = os.fdopen(sink, "wb", BUFFER)
        self._error: BaseException | None = None
        self._is_aborted = False
        self._thread = threading.Thread(
            target=self._run, args=(source, target, known), name="age", daemon=True
        )
        self._thread.start()

    def write(self, data: bytes) -> None:
        try:
            self._sink.write(data)
        except BrokenPipeError:
            self._join()
            raise

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self._sink.close()
        self._join()

    def abort(self) -> None:
        self._is_aborted = True
        with suppress(BrokenPipeError):
            self._sink.close()
        self._thread.join()

    def _join(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self, source: int, target: Counting, recipients: list[object]) -> None:
        with os.fdopen(source, "rb", BUFFER) as plain:
            watched = _Remembering(target)
            try:
                pyrage.encrypt_io(plain, watched, recipients)
            except BaseException as error:  # noqa: BLE001 - the other thread tells it
                self._error = error
            # pyrage tells our own errors as its own, and that of its last write not at all.
            self._error = watched.error or self._error


class _Remembering:
    def __init__(self, target: Counting) -> None:
        self._target = target
        self.error: BaseException | None = None

    def write(self, data: bytes, /) -> int:
        try:
            return self._target.write(data)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Nothing to do: there is no buffer."""


class _Source:
    """Remembers why the store gave no more: pyrage tells of our own errors as its own."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.error: BaseException | None = None

    def read(self, size: int, /) -> bytes:
        try:
            return self.source.read(size)
        except BaseException as error:
            self.error = error
            raise


class PlainBytes(io.RawIOBase):
    """Decrypts in a thread, and opens what comes out of its pipe."""

    def __init__(self, stored: BinaryIO, identity: str) -> None:
        self._error: BaseException | None = None
        self._stored = _Source(stored)
        source, sink = os.pipe()
        self._pipe = os.fdopen(source, "rb", 0)
        self._zstd = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW).stream_reader(
            self._pipe, read_size=BUFFER
        )
        key = pyrage.x25519.Identity.from_str(identity)
        self._thread = threading.Thread(target=self._run, args=(sink, key), name="age", daemon=True)
        self._thread.start()

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Give more of the plain bytes; at their end, say whether they were whole."""
        try:
            count = self._zstd.readinto(buffer)
        except zstandard.ZstdError as error:
            raise self._problem() from error
        if count == 0:
            # Whatever follows is not ours, and would keep the thread waiting.
            while self._pipe.read(BUFFER):
                pass
            self._thread.join()
            if self._error is not None:
                raise self._problem() from self._error
        return count

    def close(self) -> None:
        """Stop; the thread meets a closed pipe."""
        if not self.closed:
            self._pipe.close()
            self._thread.join()
        super().close()

    def _problem(self) -> StoreError:
        """Return what is wrong: a store that went away has damaged nothing."""
        match self._stored.error:
            case StoreError() as error:
                return error
            case OSError() as error:
                return StoreUnavailable(
                    f"The store of backups does not let us read: {error.strerror}.",
                    remedy="Look at its disk; the work is tried again by itself.",
                )
        return ObjectDamaged(
            "A part of the backup cannot be opened: it was damaged, or is not for this key.",
            remedy="Use another backup, and look at the store.",
        )

    def _run(self, sink: int, key: object) -> None:
        with self._stored.source, os.fdopen(sink, "wb", BUFFER) as plain:
            try:
                pyrage.decrypt_io(self._stored, plain, [key])
                plain.flush()
            except BaseException as error:  # noqa: BLE001 - the other thread tells it
                self._error = error
                # Whoever closed the other end wants no more.
                with suppress(OSError):
                    plain.close()
