"""What is odd about a file that a system sent, beside the one before it. Pure.

An odd file is kept: a warning is no proof, and half a backup may be all there will be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

TINY: Final = 1024
SHRUNK, GROWN = 0.5, 1.5
# A day in a name, as FreePBX, 3CX and most others write it.
DAY: Final = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
ARCHIVES: Final = {
    ".tar": "tar",
    ".tar.gz": "gzip",
    ".tgz": "gzip",
    ".gz": "gzip",
    ".zip": "zip",
}
MAGIC: Final = {"gzip": b"\x1f\x8b", "zip": b"PK"}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent: its name, its bytes in number, the hash or HMAC of its contents."""

    name: str
    size: int
    digest: str


def oddities(file: SentFile, before: SentFile | None, head: bytes = b"") -> list[str]:
    """Return warnings in words for people; `before` is the last good one of the same system."""
    found = [_tiny(file), _misnamed(file, head)]
    if before is not None:
        found += [_equal(file, before) or _sized(file, before), _older(file, before)]
    return [words for words in found if words]


def _tiny(file: SentFile) -> str:
    count = "1 byte" if file.size == 1 else f"{file.size} bytes"
    return f"It has only {count}." if file.size < TINY else ""


def _misnamed(file: SentFile, head: bytes) -> str:
    name = file.name.lower()
    wanted = next((form for ending, form in ARCHIVES.items() if name.endswith(ending)), "")
    magic = MAGIC.get(wanted)
    if not head or magic is None or head.startswith(magic):
        return ""
    return f"Its name says that it is a {wanted} file, and it is none."


def _equal(file: SentFile, before: SentFile) -> str:
    if file.digest != before.digest:
        return ""
    return "It is byte for byte the one before it: see whether the system still makes new ones."


def _sized(file: SentFile, before: SentFile) -> str:
    if file.size < before.size * SHRUNK:
        return f"It is much smaller than the one before it: {_of(file, before)}."
    if file.size > before.size * GROWN:
        return f"It is much larger than the one before it: {_of(file, before)}."
    return ""


def _of(file: SentFile, before: SentFile) -> str:
    return f"{file.size:,} bytes after {before.size:,}"


def _older(file: SentFile, before: SentFile) -> str:
    day, former = _day(file.name), _day(before.name)
    if day is None or former is None or day >= former:
        return ""
    return f"Its name says {day.isoformat()}, and the one before it {former.isoformat()}."


def _day(name: str) -> date | None:
    found = DAY.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
