"""What a warranty list says about a product on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.day_words import spell_day


class WarrantyState(StrEnum):
    """How a product stands on the warranty list on a day."""

    NONE = "none"
    NOT_YET = "not_yet"
    ACTIVE = "active"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class WarrantySpan:
    """A line of the list: under warranty from a day to a day, both included."""

    starts_on: date
    ends_on: date
    contract_id: int
    contract_number: str


@dataclass(frozen=True, slots=True)
class Warranty:
    """How a product stands on a day, and the line of the list that says so.

    Without a line the dates and the contract are None and "".
    """

    state: WarrantyState
    starts_on: date | None = None
    ends_on: date | None = None
    contract_id: int | None = None
    contract_number: str = ""

    @property
    def is_active(self) -> bool:
        """Is the product under warranty on the day?"""
        return self.state is WarrantyState.ACTIVE

    @property
    def words(self) -> str:
        """Return "Under warranty until 31 Mar 2027"."""
        if self.starts_on is None or self.ends_on is None:
            return "Not on a warranty list"
        if self.state is WarrantyState.NOT_YET:
            return f"Under warranty from {spell_day(self.starts_on)}"
        if self.state is WarrantyState.EXPIRED:
            return f"Warranty ended on {spell_day(self.ends_on)}"
        return f"Under warranty until {spell_day(self.ends_on)}"


NO_WARRANTY = Warranty(WarrantyState.NONE)


def warranty_among(spans: Iterable[WarrantySpan], day: date) -> Warranty:
    """Return how the product of these lines stands on `day`.

    The line of the day decides; without one the next to begin; without that the last that ended.
    """
    lines = sorted(spans, key=lambda span: span.starts_on)
    current = [span for span in lines if span.starts_on <= day <= span.ends_on]
    if current:
        return _standing(WarrantyState.ACTIVE, current[0])
    ahead = [span for span in lines if day < span.starts_on]
    if ahead:
        return _standing(WarrantyState.NOT_YET, ahead[0])
    return _standing(WarrantyState.EXPIRED, lines[-1]) if lines else NO_WARRANTY


def _standing(state: WarrantyState, span: WarrantySpan) -> Warranty:
    return Warranty(state, span.starts_on, span.ends_on, span.contract_id, span.contract_number)
