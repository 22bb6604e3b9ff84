"""What a file that somebody sends is, by its first bytes; its name is never asked. Pure."""

from __future__ import annotations

import zlib
from typing import Final

from upkeep.store.structure import PartForm

HEAD: Final = 4096
GZIP, ZIP, SQLITE = b"\x1f\x8b", b"PK\x03\x04", b"SQLite format 3\0"
TAR, TAR_AT = b"ustar", 257
DUMPS: Final = (b"-- MariaDB dump", b"-- MySQL dump", b"/*M!999999")
_WITH_GZIP_HEADER = 31


def form_of(head: bytes) -> PartForm:
    """Return the form of a file that begins with `head`: HEAD bytes, or all it has."""
    if head.startswith(GZIP):
        inner = _plain(head)
        # A gzipped zip or SQLite file is nobody's archive: its own check looks into it.
        return inner if inner in (PartForm.TAR, PartForm.SQL) else PartForm.RAW
    return _form(head)


def _form(head: bytes) -> PartForm:
    if head.startswith(ZIP):
        return PartForm.ZIP
    if head.startswith(SQLITE):
        return PartForm.SQLITE
    if head[TAR_AT : TAR_AT + len(TAR)] == TAR:
        return PartForm.TAR
    return PartForm.SQL if head.startswith(DUMPS) else PartForm.RAW


def _plain(head: bytes) -> PartForm:
    try:
        return _form(zlib.decompressobj(_WITH_GZIP_HEADER).decompress(head, HEAD))
    except zlib.error:
        return PartForm.RAW
