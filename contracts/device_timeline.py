"""The years of a device as bars: contract, warranty, maker's support, monitoring. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calcom_portal.common.parts import BarPiece
from contracts.day_words import spell_day
from contracts.gaps import DeviceTimes, Gap, Span, gaps_between, joined

BACK, AHEAD = timedelta(days=365), timedelta(days=730)
NOT_YET = "Not monitored yet"


@dataclass(frozen=True, slots=True)
class Lane:
    """One bar: what it tells, where it is filled (per cent), and the same in words."""

    name: str
    kind: str
    pieces: Sequence[BarPiece]
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The first of a year under the bars; x in per cent."""

    x: str
    label: str


@dataclass(frozen=True, slots=True)
class DeviceTimeline:
    """Everything that the part shows. `gaps` lie within the window of the bars."""

    first: date
    last: date
    lanes: Sequence[Lane]
    marks: Sequence[Mark]
    now_x: str
    gaps: Sequence[Gap]

    @property
    def label(self) -> str:
        """Return the picture in words, for who does not see it."""
        return ". ".join(f"{lane.name}: {lane.words}" for lane in self.lanes)


def lay_out_timeline(times: DeviceTimes, today: date) -> DeviceTimeline:
    """Return the bars of a device from a year ago to two years ahead."""
    first, last = today - BACK, today + AHEAD
    support = times.support_ends_on
    until = Span(min(first, support), support) if support else None
    return DeviceTimeline(
        first=first,
        last=last,
        lanes=[
            _lane("Contract", "cover", times.covers, "No contract", first, last),
            _lane("Warranty", "warranty", times.warranties, "Not on a list", first, last),
            _lane("Maker's support", "support", [until] if until else [], "Not known", first, last),
            _lane(
                "Monitoring",
                "watch",
                times.monitored or (),
                NOT_YET if times.monitored is None else "Not monitored",
                first,
                last,
            ),
        ],
        marks=[
            Mark(_x(date(year, 1, 1), first, last), str(year))
            for year in range(first.year + 1, last.year + 1)
        ],
        now_x=_x(today, first, last),
        gaps=gaps_between(times, first, last),
    )


def _lane(
    name: str, kind: str, spans: Iterable[Span], otherwise: str, first: date, last: date
) -> Lane:
    runs = joined(spans, first, last)
    pieces = [
        BarPiece(kind, _x(start, first, last), f"{_share(start, end, first, last):.2f}")
        for start, end in runs
    ]
    words = ", ".join(_words(start, end, first, last) for start, end in runs)
    return Lane(name, kind, pieces, words or otherwise)


def _words(start: date, end: date, first: date, last: date) -> str:
    since = "" if start <= first else f"from {spell_day(start)} "
    until = "on" if end >= last else f"until {spell_day(end)}"
    return f"{since}{until}".strip() if since or end < last else "all the time"


def _x(day: date, first: date, last: date) -> str:
    return f"{100 * (day - first).days / ((last - first).days + 1):.2f}"


def _share(start: date, end: date, first: date, last: date) -> float:
    return 100 * ((end - start).days + 1) / ((last - first).days + 1)
