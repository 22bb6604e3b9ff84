"""Sheets of labels: how large, how many, and where each one lies. Pure. Lengths in millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

INCH = 25.4


class SheetCode(StrEnum):
    """The sheets that people can buy."""

    AVERY_5160 = "5160"
    AVERY_L7160 = "L7160"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of labels of one size, in rows and columns of one pitch."""

    label: str
    page: tuple[float, float]
    size: tuple[float, float]
    first: tuple[float, float]
    pitch: tuple[float, float]
    columns: int
    rows: int

    @property
    def places(self) -> int:
        """Return how many labels a sheet has."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return left and top of a place on its sheet; places count from 0, row by row."""
        row, column = divmod(place, self.columns)
        left, top = self.first
        across, down = self.pitch
        return left + column * across, top + row * down


SHEETS: dict[SheetCode, Sheet] = {
    SheetCode.AVERY_5160: Sheet(
        "Avery 5160 (US letter, 30 labels)",
        page=(8.5 * INCH, 11 * INCH),
        size=(2.625 * INCH, INCH),
        first=(0.1875 * INCH, 0.5 * INCH),
        pitch=(2.75 * INCH, INCH),
        columns=3,
        rows=10,
    ),
    SheetCode.AVERY_L7160: Sheet(
        "Avery L7160 (A4, 21 labels)",
        page=(210, 297),
        size=(63.5, 38.1),
        first=(7.25, 15.15),
        pitch=(66, 38.1),
        columns=3,
        rows=7,
    ),
}


def places_from(sheet: Sheet, start: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield (sheet, place) of `count` labels, both from 0, when the first lies at place `start`."""
    for number in range(start, start + count):
        yield divmod(number, sheet.places)
