"""SFTP version 3 (draft-ietf-secsh-filexfer-02), as much of it as a place to put files needs.

PURE: bytes in, requests out; answers in, bytes out. What is not among the requests has no reader
here, so that nothing can be read, listed or removed by mistake.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

VERSION = 3
# A write of 256 KiB and what goes around it: the most that clients send.
LONGEST_PACKET = 256 * 1024 + 1024
LONGEST_PATH = 4096


class Kind(IntEnum):
    """What a client asks for."""

    INIT = 1
    OPEN = 3
    CLOSE = 4
    WRITE = 6
    LSTAT = 7
    FSTAT = 8
    SETSTAT = 9
    FSETSTAT = 10
    OPENDIR = 11
    MKDIR = 14
    REALPATH = 16
    STAT = 17
    RENAME = 18


class Status(IntEnum):
    """How something ended."""

    OK = 0
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    BAD_MESSAGE = 5
    OP_UNSUPPORTED = 8


class OpenFlag(IntEnum):
    """How a file is to be opened."""

    WRITE = 0x02
    APPEND = 0x04


SIZE, OWNER, PERMISSIONS, TIMES, EXTENDED = 0x01, 0x02, 0x04, 0x08, 0x8000_0000
FOLDER_MODE, FILE_MODE = 0o040300, 0o100200
_STATUS, _HANDLE, _NAME, _ATTRIBUTES, _VERSION = 101, 102, 104, 105, 2


class NotSftp(ValueError):
    """What came is not the protocol; the line can only be cut."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `number` goes back with the answer; `body` is what `Reader` reads."""

    kind: int
    number: int
    body: bytes


class Reader:
    """Reads the fields of a request one after the other. Raises NotSftp at its end."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    def word(self) -> int:
        """Return 32 bits."""
        return int.from_bytes(self._take(4), "big")

    def long(self) -> int:
        """Return 64 bits."""
        return int.from_bytes(self._take(8), "big")

    def text(self) -> bytes:
        """Return a string of bytes."""
        return self._take(self.word())

    def path(self) -> str:
        """Return a path; bytes that are no UTF-8 become marks."""
        told = self.text()
        if len(told) > LONGEST_PATH:
            raise NotSftp("The path is too long.")
        return told.decode("utf-8", "replace")

    def size_asked(self) -> int | None:
        """Return the size that attributes ask for, if they ask for one."""
        return self.long() if self.word() & SIZE else None

    def _take(self, count: int) -> bytes:
        taken = self._body[self._at : self._at + count]
        if len(taken) != count:
            raise NotSftp("The request ends too early.")
        self._at += count
        return taken


class Packets:
    """Cuts what comes in into requests."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_greeted = False

    def __len__(self) -> int:
        return len(self._rest)

    def feed(self, data: bytes) -> None:
        """Take more bytes."""
        self._rest += data

    def next(self) -> Request | None:
        """Return the next whole request, None while it is not there yet. Raises NotSftp."""
        if len(self._rest) < 4:
            return None
        length = int.from_bytes(self._rest[:4], "big")
        if not 5 <= length <= LONGEST_PACKET:
            raise NotSftp("A packet of this length is none.")
        if len(self._rest) < 4 + length:
            return None
        kind, number = self._rest[4], int.from_bytes(self._rest[5:9], "big")
        body = bytes(self._rest[9 : 4 + length])
        del self._rest[: 4 + length]
        if (kind == Kind.INIT) is self._is_greeted:
            raise NotSftp("A greeting comes first, and once.")
        self._is_greeted = True
        return Request(kind, number, body)


def version() -> bytes:
    """Answer a greeting."""
    return _packet(_VERSION, struct.pack(">I", VERSION))


def status(number: int, code: Status, words: str = "") -> bytes:
    """Say how a request ended."""
    body = struct.pack(">II", number, code) + _text(words.encode()) + _text(b"en")
    return _packet(_STATUS, body)


def handle(number: int, name: bytes) -> bytes:
    """Give what an open file is called by."""
    return _packet(_HANDLE, struct.pack(">I", number) + _text(name))


def path(number: int, name: str) -> bytes:
    """Give the whole of a path."""
    told = _text(name.encode())
    # The name, its line in a listing, and no attributes.
    return _packet(_NAME, struct.pack(">II", number, 1) + told + told + struct.pack(">I", 0))


def folder_attributes(number: int) -> bytes:
    """Say that it is a folder that may be written to, and not read."""
    return _packet(_ATTRIBUTES, struct.pack(">III", number, PERMISSIONS, FOLDER_MODE))


def file_attributes(number: int, size: int) -> bytes:
    """Say that it is a file of so many bytes that cannot be read."""
    body = struct.pack(">IIQI", number, SIZE | PERMISSIONS, size, FILE_MODE)
    return _packet(_ATTRIBUTES, body)


def _packet(kind: int, body: bytes) -> bytes:
    return struct.pack(">IB", len(body) + 1, kind) + body


def _text(told: bytes) -> bytes:
    return struct.pack(">I", len(told)) + told
