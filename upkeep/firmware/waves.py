"""Who is updated first, and when the next ones may follow. Pure.

A campaign goes in waves: a pilot, a few more, everybody else. A wave begins when the one before is
over and has been left alone for a while, and none begins after too many failures.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

USUAL_SIZES = (1, 5)


@dataclass(frozen=True, slots=True)
class Place:
    """A device, and the site that it is at."""

    device_id: int
    site_id: int


def spread(places: Sequence[Place], sizes: Sequence[int] = USUAL_SIZES) -> dict[int, int]:
    """Return the wave of each device, from 1 on: waves of `sizes`, and all the rest in one more.

    The first ones are at different sites, as far as there are enough.
    """
    by_site: dict[int, deque[int]] = defaultdict(deque)
    for place in sorted(places, key=lambda one: (one.site_id, one.device_id)):
        by_site[place.site_id].append(place.device_id)
    ordered: list[int] = []
    while by_site:
        for site_id in list(by_site):
            ordered.append(by_site[site_id].popleft())
            if not by_site[site_id]:
                del by_site[site_id]
    waves: dict[int, int] = {}
    for wave, size in enumerate((*sizes, len(ordered)), start=1):
        for device_id in ordered[len(waves) : len(waves) + size]:
            waves[device_id] = wave
    return waves


class Course(StrEnum):
    """What became of one device so far."""

    OPEN = "open"
    WELL = "well"
    BADLY = "badly"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Run:
    """One device of a campaign. `ended_at` is None while it is open."""

    wave: int
    course: Course
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is: the wave that may run from `begins_at` on; None: no more, and why."""

    wave: int | None
    begins_at: datetime | None
    why: str


def turn(runs: Iterable[Run], *, rest: timedelta, most_failures: int, now: datetime) -> Turn:
    """Say which wave may run. `most_failures` of the campaign are borne, one more stops it."""
    known = list(runs)
    failures = sum(run.course is Course.BADLY for run in known)
    if failures > most_failures:
        word = "update" if failures == 1 else "updates"
        return Turn(None, None, f"{failures} {word} went wrong: nothing more begins by itself.")
    waiting = sorted({run.wave for run in known if run.course is Course.OPEN})
    if not waiting:
        return Turn(None, None, "Every device has had its turn.")
    wave = waiting[0]
    ends = [
        run.ended_at
        for run in known
        if run.wave < wave and run.course is not Course.LEFT_OUT and run.ended_at is not None
    ]
    begun = any(run.wave == wave and run.course in DONE for run in known)
    begins_at = now if begun or not ends else max(ends) + rest
    if begins_at > now:
        return Turn(
            wave, begins_at, f"Wave {wave} waits: the one before is left alone for a while."
        )
    return Turn(wave, begins_at, f"Wave {wave} may run.")


DONE = frozenset({Course.WELL, Course.BADLY})
