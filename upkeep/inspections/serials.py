"""The installed list against what stands there: differences become proposals. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

MARKS = re.compile(r"[\s.\-_/]")


class Seen(StrEnum):
    """What a technician saw of a product of the list, or beside it."""

    SAME = "same"
    DIFFERENT = "different"
    MISSING = "missing"
    EXTRA = "extra"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """Return the name for people."""
        return SEEN_LABELS[self]


class Decision(StrEnum):
    """What became of a difference."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """Return the name for people."""
        return DECISION_LABELS[self]


SEEN_LABELS = {
    Seen.SAME: "As listed",
    Seen.DIFFERENT: "Another serial number",
    Seen.MISSING: "Not there",
    Seen.EXTRA: "Not on the list",
    Seen.UNREADABLE: "Number not readable",
}
DECISION_LABELS = {
    Decision.OPEN: "To be decided",
    Decision.ACCEPTED: "List corrected",
    Decision.DECLINED: "List kept",
}
DIFFERENCES = frozenset({Seen.DIFFERENT, Seen.MISSING, Seen.EXTRA})


def same_serial(listed: str, found: str) -> bool:
    """Are they one number? Case, blanks and dashes are how people write, not what is printed."""
    return _bare(listed) == _bare(found)


def seen_of(seen: Seen, listed: str, serial: str) -> Seen:
    """Return what was seen: a number that is the listed one is no difference."""
    if seen in (Seen.DIFFERENT, Seen.SAME) and serial:
        return Seen.SAME if same_serial(listed, serial) else Seen.DIFFERENT
    return seen


def _bare(serial: str) -> str:
    return MARKS.sub("", serial).casefold()
