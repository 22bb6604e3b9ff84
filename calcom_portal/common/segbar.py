"""Lay out the bar of a clock: counted time to scale, uncounted time hatched and narrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import groupby, pairwise

from calcom_portal.common.parts import Bar, BarPiece, SlaState
from calcom_portal.common.timewords import spell_instant, spell_span

Stretch = tuple[datetime, datetime, bool]  # from, to, counted
Part = tuple[str, timedelta, bool]  # kind, length, whether the present lies in it

OFF_WIDTH = 8.0  # per cent for one uncounted stretch, whatever its length
OFF_SHARE = 40.0  # per cent for all of them together
# Beyond it they would be lines of less than a pixel: only counted time is drawn.
MOST_OFF = 40
# The three labels under the bar must not touch on the narrowest rail (320 px).
NOW_LABEL_FROM, NOW_LABEL_TO = 26.0, 70.0


def lay_out_bar(
    stretches: Iterable[Stretch], *, state: SlaState, now: datetime, due: datetime, zone: tzinfo
) -> Bar:
    """Return the bar for `stretches`, which run without gaps from the opening to `now` or `due`,
    whichever is later. All instants are aware; labels are on the wall clock of `zone`.
    """
    stretches = sorted(stretches)
    parts = _drawn(_join(_split(stretches, now, due)))
    pieces, now_x = _place(parts)
    start, end = stretches[0][0], max(now, due)
    # Of counted time only: the clock beside the bar says the same.
    late_by = sum((length for kind, length, _ in parts if kind == "over"), timedelta())
    over = f", {spell_span(late_by)} over" if late_by else ""
    show_now = now < due and NOW_LABEL_FROM <= now_x <= NOW_LABEL_TO
    return Bar(
        state=state,
        pieces=pieces,
        label=_describe(parts, start, end, now, zone),
        start_label=spell_instant(start, now=now, zone=zone, with_zone=False),
        end_label=spell_instant(end, now=now, zone=zone, with_zone=False) + over,
        now_x=f"{now_x:.2f}",
        now_label=f"{now.astimezone(zone):%H:%M}" if show_now else "",
    )


def _split(stretches: Iterable[Stretch], now: datetime, due: datetime) -> Iterator[Part]:
    for start, end, is_counted in stretches:
        if not is_counted:
            yield "off", end - start, start <= now < end
            continue
        cuts = sorted({start, end, *(cut for cut in (now, due) if start < cut < end)})
        for left, right in pairwise(cuts):
            kind = "over" if left >= due else "past" if right <= now else "ahead"
            yield kind, right - left, False


def _join(parts: Iterable[Part]) -> list[Part]:
    joined = []
    for kind, run in groupby(parts, key=lambda part: part[0]):
        same = list(run)
        length = sum((part[1] for part in same), timedelta())
        joined.append((kind, length, any(part[2] for part in same)))
    return joined


def _drawn(parts: list[Part]) -> list[Part]:
    counted = [part for part in parts if part[0] != "off"]
    return parts if len(parts) - len(counted) <= MOST_OFF else _join(counted)


def _place(parts: list[Part]) -> tuple[list[BarPiece], float]:
    off_count = sum(kind == "off" for kind, _, _ in parts)
    counted = sum((length for kind, length, _ in parts if kind != "off"), timedelta())
    off_width = min(OFF_WIDTH, OFF_SHARE / off_count) if off_count else 0.0
    scale = (100 - off_width * off_count) / (counted.total_seconds() or 1)
    pieces, x, now_x = [], 0.0, 100.0
    for kind, length, holds_now in parts:
        width = off_width if kind == "off" else length.total_seconds() * scale
        if holds_now:
            now_x = x + width / 2
        elif kind == "ahead":
            now_x = min(now_x, x)
        pieces.append(BarPiece(kind, f"{x:.2f}", f"{width:.2f}"))
        x += width
    return pieces, now_x


def _describe(
    parts: list[Part], start: datetime, end: datetime, now: datetime, zone: tzinfo
) -> str:
    span = (
        f"Clock from {spell_instant(start, now=now, zone=zone, with_zone=False)}"
        f" to {spell_instant(end, now=now, zone=zone, with_zone=False)}"
    )
    words = {"past": "used", "ahead": "left", "over": "over"}
    told = [
        f"{spell_span(total)} {word}"
        for kind, word in words.items()
        if (total := sum((length for name, length, _ in parts if name == kind), timedelta()))
    ]
    return f"{span}: {', '.join(told)}" if told else span
