"""What apps above have to show of devices: parts of a device's page, and lights in lists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.viewer import Viewer
from contracts.models import Device


@dataclass(frozen=True, slots=True)
class DevicePart:
    """A part of the page of a device: a template that reads only `part`."""

    template: str
    context: Any


@dataclass(frozen=True, slots=True)
class Light:
    """How a device stands, in one word: `kind` is good, watch, act or none."""

    kind: str
    icon: str
    word: str


PartMaker = Callable[[Viewer, Device], DevicePart | None]
Lights = Callable[[Viewer, Collection[int]], Mapping[int, Light]]

_makers: list[PartMaker] = []
_lights: list[Lights] = []


def register_device_part(maker: PartMaker) -> None:
    """Have `maker(viewer, device)` asked for a part of the page of each device."""
    if maker not in _makers:
        _makers.append(maker)


def register_lights(lights: Lights) -> None:
    """Have `lights(viewer, device_ids)` asked how devices stand; who is left out has no light."""
    if lights not in _lights:
        _lights.append(lights)


def parts_of(viewer: Viewer, device: Device) -> Sequence[DevicePart]:
    """Return the parts of a device's page."""
    return [part for maker in _makers if (part := maker(viewer, device)) is not None]


def lights_of(viewer: Viewer, device_ids: Collection[int]) -> dict[int, Light]:
    """Return how devices stand, by id."""
    found: dict[int, Light] = {}
    for lights in _lights:
        found |= lights(viewer, device_ids)
    return found
