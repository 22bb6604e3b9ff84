"""What changed since last month, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monitoring.health.judging import Judged, Line, Trend
from monitoring.health.status import SEVERITY, Status


def changes(lines: Sequence[Line], last: Mapping[str, Status]) -> list[str]:
    """Return what is worse, better, or measured for the first time; worse things first.

    `last` has the status of each item a month ago by its code; empty when there was no check.
    """
    told = [*_changes(lines, last)] if last else []
    return [sentence for _, sentence in sorted(told, key=lambda one: one[0])]


def _changes(lines: Sequence[Line], last: Mapping[str, Status]) -> Iterator[tuple[int, str]]:
    for line in lines:
        if line.item.informs:
            continue
        before = last.get(line.item.code)
        rank, words = _moved(before, line.status)
        if words:
            yield rank, f"{line.item.title}: {words}{_because(line)}."
        elif line.status is not Status.OK and (grown := _worse(line)):
            yield 2, f"{line.item.title}: {_compared(grown)}."


def _moved(before: Status | None, now: Status) -> tuple[int, str]:
    if before is now:
        return 0, ""
    if now is Status.NOT_MEASURABLE:
        return (4, "") if before is None else (4, "could not be measured this time")
    if before is None or before is Status.NOT_MEASURABLE:
        return 3, f"measured for the first time, {now.label.lower()}"
    words = f"from “{before.label}” to “{now.label}”"
    return (1 if SEVERITY[now] > SEVERITY[before] else 5), words


def _because(line: Line) -> str:
    compared = [one for one in line.judged if one.trend in (Trend.WORSE, Trend.BETTER)]
    return f" ({_compared(compared[0])})" if compared else ""


def _worse(line: Line) -> Judged | None:
    return next((one for one in line.judged if one.trend is Trend.WORSE), None)


def _compared(one: Judged) -> str:
    return f"{one.words}, {one.last_text} before"
