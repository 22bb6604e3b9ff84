"""When devices are monitored. The app that watches them registers what it knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from contracts.gaps import Span

Watched = Callable[[Collection[int]], Mapping[int, Sequence[Span]] | None]

_watchers: list[Watched] = []


def register_watch(watched: Watched) -> None:
    """Have `watched(device_ids)` asked on which days each device is monitored, by its id.

    A device that the answer leaves out is not monitored. An answer of None: nothing is watched here
    at all, so nothing is missing.
    """
    if watched not in _watchers:
        _watchers.append(watched)


def monitored_spans(device_ids: Collection[int]) -> dict[int, tuple[Span, ...]] | None:
    """Return on which days devices are monitored; None while nobody watches any."""
    answers = [answer for watched in _watchers if (answer := watched(device_ids)) is not None]
    if not answers:
        return None
    found: dict[int, list[Span]] = {device_id: [] for device_id in device_ids}
    for answer in answers:
        for device_id, spans in answer.items():
            found[device_id] += spans
    return {device_id: tuple(spans) for device_id, spans in found.items()}
