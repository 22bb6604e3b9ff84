"""How well a thing is, as four words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """A traffic light, and the open admission that nothing could be seen."""

    OK = "ok"
    WARN = "warn"
    CRIT = "crit"
    NOT_MEASURABLE = "not_measurable"

    @property
    def label(self) -> str:
        """Return the word for people."""
        return LABELS[self]


LABELS = {
    Status.OK: "Good",
    Status.WARN: "Watch",
    Status.CRIT: "Act now",
    Status.NOT_MEASURABLE: "Not measured",
}
SEVERITY = {Status.NOT_MEASURABLE: 0, Status.OK: 1, Status.WARN: 2, Status.CRIT: 3}


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst; what could not be measured says nothing beside something that was."""
    return max(statuses, key=SEVERITY.__getitem__, default=Status.NOT_MEASURABLE)
