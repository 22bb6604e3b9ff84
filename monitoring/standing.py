"""How a check, and a device with several, stands for people: light, icon and word. Pure.

The order of `Shown` is that of trouble: a device stands as the worst of its checks does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from monitoring.states import State


class Shown(IntEnum):
    """What is shown, the least trouble first."""

    UNWATCHED = 0
    PAUSED = 1
    PENDING = 2
    PLANNED = 3
    UNKNOWN = 4
    UP = 5
    IMPAIRED = 6
    SUSPECT = 7
    RECOVERING = 8
    FLAPPING = 9
    UNREACHABLE = 10
    DOWN = 11

    @property
    def face(self) -> Face:
        """Return how it looks."""
        return FACES[self]

    @property
    def is_trouble(self) -> bool:
        """Does it need somebody's eyes?"""
        return self is Shown.UNKNOWN or self > Shown.UP


@dataclass(frozen=True, slots=True)
class Face:
    """A light of the pages: its class, its icon, its word, and the word for customers."""

    light: str
    icon: str
    word: str
    plain: str


FACES: dict[Shown, Face] = {
    Shown.UNWATCHED: Face("none", "minus", "Not watched", "Not watched"),
    Shown.PAUSED: Face("none", "circle-pause", "Paused", "Not watched"),
    Shown.PENDING: Face("none", "circle-dashed", "Not asked yet", "Not watched"),
    Shown.PLANNED: Face("none", "wrench", "Planned work", "Planned work"),
    Shown.UNKNOWN: Face("none", "circle-question-mark", "Unknown", "Cannot be seen"),
    Shown.UP: Face("good", "circle-check", "Up", "Working"),
    Shown.IMPAIRED: Face("watch", "triangle-alert", "Impaired", "Working, impaired"),
    Shown.SUSPECT: Face("watch", "triangle-alert", "Suspect", "Being checked"),
    Shown.RECOVERING: Face("watch", "rotate-ccw", "Recovering", "Coming back"),
    Shown.FLAPPING: Face("watch", "arrow-up-down", "Comes and goes", "Comes and goes"),
    Shown.UNREACHABLE: Face("act", "unplug", "Unreachable", "Cannot be reached"),
    Shown.DOWN: Face("act", "octagon-x", "Down", "Not answering"),
}
OF_STATE: dict[State, Shown] = {
    State.PENDING: Shown.PENDING,
    State.UP: Shown.UP,
    State.SUSPECT: Shown.SUSPECT,
    State.DOWN: Shown.DOWN,
    State.RECOVERING: Shown.RECOVERING,
    State.UNKNOWN: Shown.UNKNOWN,
    State.UNREACHABLE: Shown.UNREACHABLE,
}
DEGRADED = "degraded"


def shown_of(
    state: str, *, outcome: str = "", paused: bool = False, flapping: bool = False
) -> Shown:
    """Return how one check is shown. `outcome` is that of its last answer."""
    if paused:
        return Shown.PAUSED
    if flapping:
        return Shown.FLAPPING
    shown = OF_STATE[State(state)]
    return Shown.IMPAIRED if shown is Shown.UP and outcome == DEGRADED else shown


@dataclass(frozen=True, slots=True)
class Stand:
    """How something stands, and since when (None: it never was asked)."""

    shown: Shown
    since: datetime | None = None


def worst(stands: Iterable[Stand]) -> Stand:
    """Return how a device stands whose checks stand so: as the worst, for as long as that does."""
    known = list(stands)
    if not known:
        return Stand(Shown.UNWATCHED)
    shown = max(stand.shown for stand in known)
    since = [stand.since for stand in known if stand.shown is shown and stand.since is not None]
    return Stand(shown, min(since, default=None))
