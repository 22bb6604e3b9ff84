"""Bars and lines as SVG paths: uptime a day a bar, and how quick the answers were. Pure.

A template prints the paths; sizes are numbers of the drawing, so no style is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitoring.day_figures import DayFigure, DayKind, DayRun, runs_of, share_of, spell_share

# One bar a unit, with a little air between them.
BAR = 0.72
HEIGHT = 24
# Bad days are taller as well as of another colour.
LOW, TALL = (2, 6), (0, 10)


@dataclass(frozen=True, slots=True)
class UptimeBar:
    """A row of days. `paths` are (class, path), `label` is the picture in words."""

    paths: Sequence[tuple[str, str]]
    width: str
    label: str
    share: str
    days: Sequence[DayFigure]

    @property
    def runs(self) -> list[DayRun]:
        """Return the same days for the table beside the bars, the newest first."""
        return runs_of(self.days)


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line of milliseconds, with gaps where nothing answered."""

    line: str
    area: str
    width: int
    label: str
    least: str
    most: str


def draw_uptime(days: Sequence[DayFigure]) -> UptimeBar:
    """Return the bars of `days`, the oldest first."""
    paths = []
    for kind in DayKind:
        at = [place for place, day in enumerate(days) if day.kind is kind]
        top, height = TALL if kind in (DayKind.SHORT_GAP, DayKind.LONG_GAP) else LOW
        if at:
            path = "".join(f"M{x} {top}h{BAR}v{height}h-{BAR}z" for x in at)
            paths.append((kind.value, path))
    share = spell_share(share_of(days))
    return UptimeBar(paths, f"{len(days) - 1 + BAR:g}", _label(days, share), share, days)


def _label(days: Sequence[DayFigure], share: str) -> str:
    counts = [(kind, sum(day.kind is kind for day in days)) for kind in DayKind]
    told = [f"{count} {TOLD[kind][count != 1]}" for kind, count in counts if count]
    answered = f"; answered {share} of the time" if share else ""
    return f"Last {len(days)} days: {', '.join(told)}{answered}"


TOLD = {
    DayKind.GOOD: ("day without a gap", "days without a gap"),
    DayKind.SHORT_GAP: ("day with a short gap", "days with short gaps"),
    DayKind.LONG_GAP: ("day with a long gap", "days with long gaps"),
    DayKind.NOT_WATCHED: ("day not watched", "days not watched"),
}


def draw_spark(took_us: Sequence[int | None], what: str) -> Spark | None:
    """Return the line of `took_us`, the oldest first; None where nothing answered at all.

    `what` names the time that it covers: "the last 24 hours".
    """
    known = [value for value in took_us if value is not None]
    if not known:
        return None
    ceiling = max(known) * 1.1 or 1
    runs = _runs([None if value is None else HEIGHT * (1 - value / ceiling) for value in took_us])
    least, most = spell_took(min(known)), spell_took(max(known))
    return Spark(
        line="".join(_line(run) for run in runs),
        area="".join(f"{_line(run)}L{run[-1][0]} {HEIGHT}L{run[0][0]} {HEIGHT}Z" for run in runs),
        width=max(len(took_us) - 1, 1),
        label=f"Answer times of {what}: from {least} to {most}",
        least=least,
        most=most,
    )


Point = tuple[float, float]


def _runs(heights: Sequence[float | None]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for x, height in enumerate(heights):
        if height is None:
            runs.append([])
        else:
            runs[-1].append((x, round(height, 1)))
    # A single answer between two silences is a short dash, not an invisible dot.
    return [run if len(run) > 1 else [run[0], (run[0][0] + 0.5, run[0][1])] for run in runs if run]


def _line(run: Sequence[Point]) -> str:
    first, *rest = run
    return f"M{first[0]:g} {first[1]:g}" + "".join(f"L{x:g} {y:g}" for x, y in rest)


# Dots of devices: how many stand in a row, and how large one is; trouble is larger.
ROW = 24
SMALL, LARGE = (0.28, 0.44), (0.08, 0.84)


@dataclass(frozen=True, slots=True)
class Dots:
    """The devices of a site, a dot each. Width and height in px, the drawing's own unit is 12."""

    paths: Sequence[tuple[str, str]]
    columns: int
    rows: int

    @property
    def width(self) -> int:
        """Return the width in px."""
        return self.columns * 12

    @property
    def height(self) -> int:
        """Return the height in px."""
        return self.rows * 12


def draw_dots(lights: Sequence[str]) -> Dots:
    """Return a dot for each light ("good", "watch", "act", "none"), in the order given."""
    paths: dict[str, str] = {}
    for place, light in enumerate(lights):
        inset, size = SMALL if light in ("good", "none") else LARGE
        row, column = divmod(place, ROW)
        dot = f"M{column + inset:g} {row + inset:g}h{size}v{size}h-{size}z"
        paths[light] = paths.get(light, "") + dot
    rows = -(-len(lights) // ROW)
    return Dots(sorted(paths.items()), min(len(lights), ROW), rows)


def spell_took(us: int | None) -> str:
    """Return microseconds as people read them: "0.4 ms", "38 ms", "1.2 s"; "" for None."""
    if us is None:
        return ""
    if us < 10_000:
        return f"{us / 1000:.1f} ms"
    return f"{us / 1000:.0f} ms" if us < 1_000_000 else f"{us / 1_000_000:.1f} s"


def days_until(last: date, count: int) -> list[date]:
    """Return `count` days, the oldest first, `last` included."""
    return [date.fromordinal(last.toordinal() - back) for back in range(count - 1, -1, -1)]
