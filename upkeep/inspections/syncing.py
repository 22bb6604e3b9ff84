"""Answers that were written without network and come later: which one counts. Pure.

Each has an id that the phone gave it, so sending twice counts once. Each names the version of the
line that its writer saw: where somebody else answered since, nobody's words are overwritten.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What became of an entry."""

    TAKEN = "taken"
    CONFLICT = "conflict"
    REFUSED = "refused"


def outcome_of(*, seen: int, version: int, is_own_later: bool, is_equal: bool) -> Outcome:
    """Return what becomes of an answer to a line that is at `version`.

    `is_own_later`: the newest answer is by the same person, who wrote this one after it.
    `is_equal`: both say the same.
    """
    if seen >= version or is_own_later or is_equal:
        return Outcome.TAKEN
    return Outcome.CONFLICT
