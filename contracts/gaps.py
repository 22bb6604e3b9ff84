"""Days on which a device is cared for in one way and not in another. Pure.

Spans of days include both ends; an end of None is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
# Days as numbers, the second one excluded.
Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both included; None: without end."""

    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeviceTimes:
    """When a device is in service, covered, under warranty, supported by its maker, monitored.

    `installed_on` and `retired_on` (the first day out of service) bound everything. `monitored` is
    None where nothing is known about monitoring at all.
    """

    covers: tuple[Span, ...] = ()
    warranties: tuple[Span, ...] = ()
    support_ends_on: date | None = None
    monitored: tuple[Span, ...] | None = None
    installed_on: date | None = None
    retired_on: date | None = None


class GapKind(StrEnum):
    """What is missing while something else is there."""

    MONITORED_NOT_COVERED = "monitored_not_covered"
    COVERED_NOT_MONITORED = "covered_not_monitored"
    WARRANTY_NOT_COVERED = "warranty_not_covered"
    WARRANTY_LAPSED = "warranty_lapsed"
    SUPPORT_ENDED = "support_ended"
    NOT_COVERED = "not_covered"

    @property
    def label(self) -> str:
        """Return the gap for people."""
        return LABELS[self]


LABELS = {
    GapKind.MONITORED_NOT_COVERED: "Monitored, but no contract covers it",
    GapKind.COVERED_NOT_MONITORED: "Covered, but not monitored",
    GapKind.WARRANTY_NOT_COVERED: "On a warranty list, but no contract in force",
    GapKind.WARRANTY_LAPSED: "Covered, but its warranty is over",
    GapKind.SUPPORT_ENDED: "Covered, but its maker's support is over",
    GapKind.NOT_COVERED: "No contract covers it",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap within the window that was asked for, both days included."""

    kind: GapKind
    starts_on: date
    ends_on: date


def gaps_between(times: DeviceTimes, first: date, last: date) -> list[Gap]:
    """Return the gaps of a device from `first` to `last`, both included, the earliest first.

    A day without any cover is told once: as monitored, as on a warranty list, or as plainly not
    covered, whichever is the worst.
    """
    window = [(first.toordinal(), last.toordinal() + 1)]
    service = _both(window, _runs([_service(times, first)]))
    covers, warranties = _runs(times.covers), _runs(times.warranties)
    monitored = _runs(times.monitored or ())
    covered, bare = _both(service, covers), _without(service, covers)
    found = {
        GapKind.MONITORED_NOT_COVERED: _both(bare, monitored),
        GapKind.WARRANTY_NOT_COVERED: _without(_both(bare, warranties), monitored),
        GapKind.NOT_COVERED: _without(_without(bare, warranties), monitored),
        GapKind.WARRANTY_LAPSED: _without(_both(covered, _after_first(warranties)), warranties),
        GapKind.SUPPORT_ENDED: _both(covered, _after(times.support_ends_on)),
        GapKind.COVERED_NOT_MONITORED: []
        if times.monitored is None
        else _without(covered, monitored),
    }
    gaps = [_gap(kind, run) for kind, runs in found.items() for run in runs]
    return sorted(gaps, key=lambda gap: (gap.starts_on, list(GapKind).index(gap.kind)))


def joined(spans: Iterable[Span], first: date, last: date) -> list[tuple[date, date]]:
    """Return the days of `spans` within a window as stretches, both ends included, in order."""
    window = [(first.toordinal(), last.toordinal() + 1)]
    return [
        (date.fromordinal(start), date.fromordinal(end - 1))
        for start, end in _both(window, _runs(spans))
    ]


def _service(times: DeviceTimes, first: date) -> Span:
    starts_on = times.installed_on or first
    return Span(starts_on, times.retired_on - DAY if times.retired_on else None)


def _after_first(runs: Sequence[Run]) -> list[Run]:
    return [(runs[0][0], date.max.toordinal())] if runs else []


def _after(day: date | None) -> list[Run]:
    return [(day.toordinal() + 1, date.max.toordinal())] if day else []


def _runs(spans: Iterable[Span]) -> list[Run]:
    """Return the days of spans in order, those that touch or overlap as one."""
    ends = date.max.toordinal()
    days = sorted(
        (span.starts_on.toordinal(), span.ends_on.toordinal() + 1 if span.ends_on else ends)
        for span in spans
    )
    found: list[Run] = []
    for start, end in days:
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _both(some: Sequence[Run], others: Sequence[Run]) -> list[Run]:
    """Return the days that are in both; each is in order and without overlaps."""
    return [
        (max(start, other_start), min(end, other_end))
        for start, end in some
        for other_start, other_end in others
        if max(start, other_start) < min(end, other_end)
    ]


def _without(some: Sequence[Run], others: Sequence[Run]) -> list[Run]:
    """Return the days of `some` that are not in `others`."""
    left = list(some)
    for taken_start, taken_end in others:
        left = [
            run
            for start, end in left
            for run in ((start, min(end, taken_start)), (max(start, taken_end), end))
            if run[0] < run[1]
        ]
    return left


def _gap(kind: GapKind, run: Run) -> Gap:
    return Gap(kind, date.fromordinal(run[0]), date.fromordinal(run[1] - 1))
