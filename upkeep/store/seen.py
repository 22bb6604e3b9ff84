"""What a checker saw in a stream."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a person should know of. Bad: not whole. Unsure: it could not be checked."""

    code: str
    words: str
    is_bad: bool = False
    is_unsure: bool = False


def bad(code: str, words: str) -> Seen:
    """Return what makes a part worthless."""
    return Seen(code, words, is_bad=True)


EMPTY = bad("empty", "It is empty.")
