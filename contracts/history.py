"""The service history of a device: what happened to it, and what apps above know of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.urls import reverse

from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from contracts.day_words import spell_day
from contracts.models import Device, DeviceEvent, DeviceEventKind

# Rows of one instant beyond a page: a swap writes a few.
SPARE = 20


class Place(NamedTuple):
    """Where an entry stands in the history: its instant, and a key that tells equals apart."""

    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry: when, what, by whom, and where more is told ("" for nowhere)."""

    place: Place
    icon: str
    title: str
    text: str = ""
    by: str = ""
    url: str = ""

    @property
    def at(self) -> datetime:
        """Return when it happened."""
        return self.place.at


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries, the newest first, and from where the next page goes on ("" at the end)."""

    entries: Sequence[HistoryEntry]
    older: str


# (viewer, device, not later than, at most) → entries, the newest first.
Source = Callable[[Viewer, int, datetime | None, int], Sequence[HistoryEntry]]

_sources: list[Source] = []


def register_history(source: Source) -> None:
    """Have `source(viewer, device_id, until, limit)` asked for entries, the newest first.

    `until` is the latest instant wanted, itself included; None for no limit. The source keeps to
    what the viewer may see.
    """
    if source not in _sources:
        _sources.append(source)


def history_of(viewer: Viewer, device: Device, older: str = "", *, size: int = 30) -> HistoryPage:
    """Return a page of a device's history. `older` is what the page before gave.

    Raises Missing for a place that no page gave.
    """
    end = _read(older) if older else None
    until = end.at if end else None
    found = [
        entry
        for source in (_events, *_sources)
        for entry in source(viewer, device.pk, until, size + SPARE)
        if end is None or entry.place < end
    ]
    found.sort(key=lambda entry: entry.place, reverse=True)
    shown = found[:size]
    has_more = len(found) > size
    return HistoryPage(shown, _write(shown[-1].place) if has_more else "")


def _events(
    viewer: Viewer, device_id: int, until: datetime | None, limit: int
) -> list[HistoryEntry]:
    rows = DeviceEvent.objects.filter(device=device_id)
    if until is not None:
        rows = rows.filter(at__lte=until)
    return [_entry(event) for event in rows.order_by("-at", "-pk")[:limit]]


def _entry(event: DeviceEvent) -> HistoryEntry:
    kind = DeviceEventKind(event.kind)
    other = event.details.get("other")
    return HistoryEntry(
        place=Place(event.at, f"event-{event.pk:018}"),
        icon=ICONS[kind],
        title=str(kind.label),
        text=WORDS[kind](event.details),
        by=event.actor_name,
        url=reverse("device", args=[other]) if other else "",
    )


def _read(older: str) -> Place:
    instant, _, key = older.partition("~")
    try:
        place = Place(datetime.fromisoformat(instant), key)
    except ValueError:
        place = None
    if place is None or place.at.tzinfo is None or not key.isascii() or len(older) > 100:
        raise Missing("This page of the history does not exist.", remedy="Start from the newest.")
    return place


def _write(place: Place) -> str:
    return f"{place.at.isoformat()}~{place.key}"


def _day(text: str) -> str:
    return spell_day(date.fromisoformat(text))


def _span(details: dict[str, Any]) -> str:
    return (
        f"Contract {details['contract']}, {_day(details['starts_on'])}"
        f" to {_day(details['ends_on'])}"
    )


def _swapped(words: str) -> Callable[[dict[str, Any]], str]:
    def told(details: dict[str, Any]) -> str:
        reason = f": {details['reason']}" if details["reason"] else ""
        return f"{words} {details['serial'] or 'a device without number'}{reason}"

    return told


def _changed(details: dict[str, Any]) -> str:
    names = [name.replace("_", " ") for name in details["changed"]]
    return f"Changed: {', '.join(names)}"


def _warranty_changed(details: dict[str, Any]) -> str:
    before = details["before"]
    was = f"{_day(before['starts_on'])} to {_day(before['ends_on'])}"
    return f"{_span(details)} (before: {was})"


K = DeviceEventKind
ICONS = {
    K.INSTALLED: "circle-plus",
    K.EDITED: "pencil",
    K.RETIRED: "circle-x",
    K.SWAPPED_OUT: "arrow-left-right",
    K.SWAPPED_IN: "arrow-left-right",
    K.WARRANTY_ADDED: "shield-check",
    K.WARRANTY_CHANGED: "shield-check",
    K.WARRANTY_REMOVED: "shield-x",
}
WORDS: dict[DeviceEventKind, Callable[[dict[str, Any]], str]] = {
    K.INSTALLED: lambda details: f"Serial number {details.get('serial') or 'not known'}",
    K.EDITED: _changed,
    K.RETIRED: lambda details: f"Since {_day(details['on'])}",
    K.SWAPPED_OUT: _swapped("By serial number"),
    K.SWAPPED_IN: _swapped("For serial number"),
    K.WARRANTY_ADDED: _span,
    K.WARRANTY_CHANGED: _warranty_changed,
    K.WARRANTY_REMOVED: _span,
}
