"""What the portal knows already, as far as the rows of a list need it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.goods.cells import Value
from contracts.goods.columns import Column


@dataclass(frozen=True, slots=True)
class KnownWarranty:
    """A line of a warranty list; both days are included."""

    id: int
    contract: str
    starts_on: date
    ends_on: date
    note: str


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device in service of the customer, with its lines on warranty lists."""

    id: int
    site_id: int
    facts: Mapping[Column, Value]
    warranties: tuple[KnownWarranty, ...] = ()

    def text(self, column: Column) -> str:
        """Return a fact that is text."""
        return str(self.facts[column])


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """The customer's sites by name in small letters, and its contracts by number.

    `default_contract` is taken for warranty dates without a contract; "" for none.
    """

    sites: Mapping[str, int]
    contracts: Mapping[str, int]
    default_contract: str = ""


@dataclass(frozen=True, slots=True)
class KnownDevices:
    """What is known about the devices that a few rows may mean.

    `by_serial` and `by_name` (site and name) hold the customer's own; `elsewhere` the serial
    numbers, each with its maker in small letters, that are in service at other customers.
    """

    by_serial: Mapping[str, Sequence[KnownDevice]]
    by_name: Mapping[tuple[int, str], Sequence[KnownDevice]]
    elsewhere: frozenset[tuple[str, str]] = frozenset()
