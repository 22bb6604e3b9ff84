"""What the text of a dump tells of itself: what the portal could not swap. Pure, but for reading.

A dump holds no line break within a value, so that a statement is found where a line begins.
"""

from __future__ import annotations

import re
from typing import BinaryIO

PIECE = 1024 * 1024
# A statement may lie across two pieces.
OVERLAP = 4096
MADE = re.compile(
    rb"\n(?:/\*![MN]?\d{5,6} )?(?:CREATE\b(?! TABLE\b)[^\n]{0,400}?\b)?"
    rb"(VIEW|TRIGGER|PROCEDURE|FUNCTION|PACKAGE|EVENT|SEQUENCE)"
    rb" (?:BODY )?(?:IF NOT EXISTS )?`?([^`\s(]{1,64})"
)
VERSIONED = re.compile(rb"\n\) ENGINE=(?:[^\n']|'[^\n']*'){0,1000}? WITH SYSTEM VERSIONING")


def immobile_in(plain: BinaryIO) -> str:
    """Return the first thing of a dump that cannot be swapped, such as "the view v"; "" for none.

    Reads to its end.
    """
    found, kept = "", b"\n"
    while piece := plain.read(PIECE):
        if not found:
            found = _immobile(kept + piece)
            kept = (kept + piece)[-OVERLAP:]
    return found


def _immobile(text: bytes) -> str:
    if made := MADE.search(text):
        kind, name = (one.decode("utf-8", errors="replace") for one in made.groups())
        return f"the {kind.lower()} {name}"
    return "a system versioned table" if VERSIONED.search(text) else ""
