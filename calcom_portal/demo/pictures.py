"""Small files for the demo's tickets: a picture drawn here, and two lists of calls. Pure."""

from __future__ import annotations

import struct
import zlib
from typing import Final

WIDTH, HEIGHT, BAR = 240, 120, 20
PAPER, INK, WARM = b"\xf6\xf4\xef", b"\x1f\x3d\x5c", b"\xd9\x6b\x27"

MISSED_CALLS: Final = """Missed calls, last week
Day        Calls  Missed  Longest wait
Monday        84       6          0:48
Tuesday       71       2          0:31
Wednesday     77       4          0:40
Thursday      69       3          0:37
Friday        92      11          1:12
"""
BAD_CALLS: Final = """Calls on which we did not hear the other side
10:12  from 415 555 0190, hung up after 20 s
13:40  from 510 555 0177, called back, fine
14:05  from 415 555 0190 again
"""


def file_called(name: str) -> bytes:
    """Return the bytes of one of the demo's files."""
    if name.endswith(".png"):
        return picture(seed=sum(name.encode()))
    return (MISSED_CALLS if name.startswith("missed") else BAD_CALLS).encode()


def picture(seed: int) -> bytes:
    """Return a PNG of 240 × 120 points with a row of bars, as a measuring tool would show it."""
    heights = [20 + (seed * (place + 3) * 37) % 90 for place in range(WIDTH // BAR)]
    rows = b"".join(b"\x00" + _row(heights, HEIGHT - line) for line in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _row(heights: list[int], level: int) -> bytes:
    gap = PAPER * 4
    bars = (((WARM if height > 90 else INK) if level <= height else PAPER) for height in heights)
    return b"".join(bar * (BAR - 4) + gap for bar in bars)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
