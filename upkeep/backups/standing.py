"""How the backups of a system stand, and how one backup does: in colour, icon and word. Pure."""

from __future__ import annotations

from enum import IntEnum

from monitoring.standing import Face
from upkeep.backups.freshness import VERIFIED


class Standing(IntEnum):
    """How the backups of a system stand; the higher, the sooner somebody has to look."""

    WELL = 0
    NONE_YET = 1
    PAUSED = 2
    NOT_VERIFIED = 3
    FAILED = 4
    DAMAGED = 5
    OVERDUE = 6

    @property
    def face(self) -> Face:
        """Return how it looks."""
        return FACES[self]

    @property
    def needs_somebody(self) -> bool:
        """Must somebody look?"""
        return self >= Standing.NOT_VERIFIED


FACES = {
    Standing.WELL: Face("good", "circle-check", "Backed up", "Backed up"),
    Standing.NONE_YET: Face("none", "circle-dashed", "None yet", "None yet"),
    Standing.PAUSED: Face("none", "circle-pause", "Paused", "Paused"),
    Standing.NOT_VERIFIED: Face("watch", "triangle-alert", "Not verified", "Being looked at"),
    Standing.FAILED: Face("watch", "triangle-alert", "Last one failed", "Being looked at"),
    Standing.DAMAGED: Face("act", "octagon-alert", "Damaged", "Being looked at"),
    Standing.OVERDUE: Face("act", "octagon-alert", "Too old", "Being looked at"),
}

# Of one backup, by its state; a stored one is told by its level.
OF_STATE = {
    "waiting": Face("none", "hourglass", "Waiting", "Waiting"),
    "running": Face("none", "hourglass", "Being taken", "Being taken"),
    "failed": Face("watch", "triangle-alert", "Failed", "Failed"),
    "gone": Face("none", "circle-dashed", "No longer kept", "No longer kept"),
}
OF_LEVEL = {
    0: Face("watch", "triangle-alert", "Stored, not checked", "Stored"),
    1: Face("watch", "triangle-alert", "Read again, not checked", "Stored"),
    2: Face("good", "circle-check", "Checked", "Checked"),
    3: Face("good", "badge-check", "Restored in a rehearsal", "Proven by a rehearsal"),
}
DAMAGED = Face("act", "octagon-alert", "Damaged", "Being looked at")


def standing_of(
    *,
    is_paused: bool,
    is_overdue: bool,
    last_state: str,
    last_level: int,
    last_is_damaged: bool,
) -> Standing:
    """Return how the backups of a system stand.

    `last_…` are of the newest backup that has ended, kept or not ("" where there is none).
    `is_overdue`: no good one for longer than is expected.
    """
    if is_paused:
        return Standing.PAUSED
    if is_overdue:
        return Standing.OVERDUE
    if last_is_damaged:
        return Standing.DAMAGED
    if last_state == "failed":
        return Standing.FAILED
    if last_state == "stored":
        return Standing.WELL if last_level >= VERIFIED else Standing.NOT_VERIFIED
    return Standing.NONE_YET


def face_of(state: str, level: int, *, is_damaged: bool) -> Face:
    """Return how one backup looks."""
    if state != "stored":
        return OF_STATE[state]
    return DAMAGED if is_damaged else OF_LEVEL[level]
