"""One thing that happens in the demo's history, at its instant. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from calcom_portal.demo.stories import Verb
from contracts.sla import Party, Priority

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a report says. Ids are those of the demo's rows."""

    customer_id: int
    site_id: int | None
    device_id: int | None
    kind: str
    subject: str
    priority: Priority
    reason: str
    answers: dict[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """Who does what to which ticket. `ticket` is the demo's own key, `by` and `other` are names."""

    at: datetime
    ticket: int
    verb: Verb = field(compare=False)
    by: str = field(compare=False)
    text: str = field(default="", compare=False)
    other: str = field(default="", compare=False)
    into: int = field(default=0, compare=False)
    party: Party | None = field(default=None, compare=False)
    until: datetime | None = field(default=None, compare=False)
    start: datetime | None = field(default=None, compare=False)
    file: str = field(default="", compare=False)
    opening: Opening | None = field(default=None, compare=False)
    work: str = field(default="", compare=False)
    trip: bool = field(default=False, compare=False)


def given(value: Value | None) -> Value:
    """Return what an act of this verb always brings. Raises ValueError when it does not."""
    if value is None:
        raise ValueError("This act lacks something that its verb needs.")
    return value
