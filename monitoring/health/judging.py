"""From readings to the lines of the report. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from monitoring.health.advice import advice_for
from monitoring.health.items import ITEM, Item, items_for
from monitoring.health.measures import (
    MEASURE,
    Bounds,
    Measure,
    Worse,
    judge,
    measures_of,
    spell,
)
from monitoring.health.readings import Reading
from monitoring.health.status import SEVERITY, Status, worst

# A switch has dozens of ports: a line names the worst, the evidence has them all.
MOST_NAMED = 3


class Trend(StrEnum):
    """What became of a number since last month."""

    FIRST = "first"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading, how good it is, and what it was last month (None: not measured then)."""

    reading: Reading
    status: Status
    last: float | None = None

    @property
    def measure(self) -> Measure:
        """Return what was measured."""
        return MEASURE[self.reading.measure]

    @property
    def trend(self) -> Trend:
        """Return what became of it."""
        return trend_of(self.measure, self.reading.value, self.last)

    @property
    def value_text(self) -> str:
        """Return the value with its unit."""
        return spell(self.reading.value, self.measure.unit)

    @property
    def last_text(self) -> str:
        """Return last month's value with its unit; empty when there is none."""
        return "" if self.last is None else spell(self.last, self.measure.unit)

    @property
    def words(self) -> str:
        """Return "Used (/var): 82 %"."""
        of = f" ({self.reading.subject})" if self.reading.subject else ""
        return f"{self.measure.label}{of}: {self.value_text}"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, which is kept as evidence."""
        reading = self.reading
        return {
            "measure": reading.measure,
            "subject": reading.subject,
            "value": reading.value,
            "status": self.status.value,
            "last": self.last,
            "source": reading.source,
            "at": reading.at.isoformat() if reading.at else None,
            "given": reading.given,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Read the JSON form."""
        at = datetime.fromisoformat(kept["at"]) if kept["at"] else None
        reading = Reading(
            kept["measure"], kept["value"], kept["subject"], kept["source"], at, kept["given"]
        )
        return cls(reading, Status(kept["status"]), kept["last"])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report. `value` and `advice` are sentences for people."""

    item: Item
    status: Status
    value: str
    judged: tuple[Judged, ...] = ()
    advice: str = ""


LastValues = Mapping[tuple[str, str], float]


def judge_all(
    kind: str,
    readings: Sequence[Reading],
    *,
    remarks: Mapping[str, Sequence[str]],
    bounds: Mapping[str, Bounds],
    last: LastValues,
) -> list[Line]:
    """Return the report of a system of a kind.

    `remarks` are sentences by item; `bounds` what the provider set, by measure; `last` the values
    of last month by measure and subject.
    """
    return [
        judge_item(
            item,
            [one for one in readings if MEASURE[one.measure].item == item.code],
            remarks=remarks.get(item.code, ()),
            bounds=bounds,
            last=last,
        )
        for item in items_for(kind)
    ]


def judge_item(
    item: Item,
    readings: Iterable[Reading],
    *,
    remarks: Sequence[str],
    bounds: Mapping[str, Bounds],
    last: LastValues,
) -> Line:
    """Return one line; without a reading it says why there is none."""
    judged = tuple(
        sorted((_judged(reading, bounds, last) for reading in readings), key=_worst_first)
    )
    said = [_sentence(judged), *_missed(item, judged), *remarks] if judged else list(remarks)
    if item.informs:
        return Line(item, Status.OK, " ".join(said) or item.missing)
    if not judged:
        return Line(item, Status.NOT_MEASURABLE, " ".join([item.missing, *remarks]))
    status = worst(one.status for one in judged)
    return Line(item, status, " ".join(said), judged, advice_of(judged))


def overall(lines: Iterable[Line]) -> Status:
    """Return how the system is: as its worst item."""
    return overall_of((line.item.code, line.status) for line in lines)


def overall_of(lines: Iterable[tuple[str, Status]]) -> Status:
    """Return the same from codes of items and how they are."""
    return worst(status for code, status in lines if not ITEM[code].informs)


def trend_of(measure: Measure, value: float, last: float | None) -> Trend:
    """Return what became of a number; small differences are none."""
    if last is None:
        return Trend.FIRST
    if abs(value - last) <= measure.noise:
        return Trend.SAME
    is_up = value > last
    return Trend.BETTER if is_up is (measure.worse is Worse.BELOW) else Trend.WORSE


def advice_of(judged: Iterable[Judged]) -> str:
    """Return what to do, each advice once, the worst first."""
    given = (advice_for(one.reading.measure, one.status) for one in judged)
    return " ".join(dict.fromkeys(filter(None, given)))


def _judged(reading: Reading, bounds: Mapping[str, Bounds], last: LastValues) -> Judged:
    measure = MEASURE[reading.measure]
    status = judge(measure, reading.value, bounds.get(measure.code))
    return Judged(reading, status, last.get((reading.measure, reading.subject)))


def _worst_first(one: Judged) -> tuple[int, int, float, str]:
    order = list(MEASURE).index(one.reading.measure)
    worse_is_less = one.measure.worse is Worse.BELOW
    value = one.reading.value if worse_is_less else -one.reading.value
    return (-SEVERITY[one.status], order, value, one.reading.subject)


def _missed(item: Item, judged: Sequence[Judged]) -> list[str]:
    seen = {one.reading.measure for one in judged}
    missed = [one.label for one in measures_of(item.code) if one.is_missed and one.code not in seen]
    named = ", ".join(label[0].lower() + label[1:] for label in missed)
    return [f"Not measured: {named}."] if named else []


def _sentence(judged: Sequence[Judged]) -> str:
    named = "; ".join(one.words for one in judged[:MOST_NAMED])
    more = len(judged) - MOST_NAMED
    return f"{named}; and {more} more." if more > 0 else f"{named}."
