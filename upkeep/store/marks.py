"""Whether a folder is the store that the portal knows. Pure.

The mark in the folder is compared with the one in the database, so that neither the empty place of
a disk that is not mounted, nor another disk, is taken for the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What a folder is to the portal."""

    OURS = "ours"
    MARK_IT = "mark it"
    KNOW_IT = "know it"
    AWAY = "away"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen: the marks ("" for none), and whether stored objects are told of and there."""

    known: str
    found: str
    has_objects: bool
    are_there: bool


def standing_of(look: Look) -> Standing:
    """Return what the folder is.

    A first store gets its mark, and so does one from before there were marks: as soon as objects
    that the database tells of lie in it.
    """
    belongs = look.are_there or not look.has_objects
    match (bool(look.known), bool(look.found)):
        case (True, True):
            return Standing.OURS if look.known == look.found else Standing.OTHER
        case (True, False):
            return Standing.MARK_IT if look.are_there else Standing.AWAY
        case (False, True):
            return Standing.KNOW_IT if belongs else Standing.OTHER
        case _:
            return Standing.MARK_IT if belongs else Standing.AWAY
