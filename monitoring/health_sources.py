"""What apps above know of a system for its health check: they register who tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.models import Device
from monitoring.health.readings import Reading


@dataclass(frozen=True, slots=True)
class Told:
    """Numbers (`health.measures`), and sentences by item (`health.items`)."""

    readings: list[Reading] = field(default_factory=list)
    remarks: dict[str, list[str]] = field(default_factory=dict)


# (device, since, until) → what is known of that time.
Source = Callable[[Device, datetime, datetime], Told]

_sources: list[Source] = []


def register_health_source(source: Source) -> None:
    """Have `source(device, since, until)` asked for every health check, in a system scope."""
    if source not in _sources:
        _sources.append(source)


def told_of(device: Device, since: datetime, until: datetime) -> Told:
    """Return everything that the sources know."""
    all_told = Told()
    for source in _sources:
        told = source(device, since, until)
        all_told.readings.extend(told.readings)
        for item, said in told.remarks.items():
            all_told.remarks.setdefault(item, []).extend(said)
    return all_told
