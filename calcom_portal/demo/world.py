"""Who and what exists in the demo once it is founded: what the scenario chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.viewer import Viewer
from contracts.models import DeviceKind


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """An installed product."""

    id: int
    name: str
    kind: DeviceKind
    product: str
    room: str


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site with its products."""

    id: int
    name: str
    devices: tuple[DeviceRow, ...]


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer with its people (by name) and sites. `busy` weighs how often they ask."""

    id: int
    number: str
    busy: int
    people: tuple[str, ...]
    sites: tuple[SiteRow, ...]


@dataclass(frozen=True, slots=True)
class World:
    """One provider's people, by name, and customers."""

    provider_id: int
    viewers: Mapping[str, Viewer]
    customers: tuple[CustomerRow, ...]
    technicians: tuple[str, ...]
    dispatcher: str
