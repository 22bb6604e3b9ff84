"""The columns of a list of installed products, and under which headings they are known. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from contracts.goods.problems import ListProblem, UnreadableList

MOST_COLUMNS = 60
NOISE = re.compile(r"[^a-z0-9]+")


class Column(StrEnum):
    """A column of the list. The value is the field of the device or of the warranty line."""

    SITE = "site"
    NAME = "name"
    KIND = "kind"
    VENDOR = "vendor"
    MODEL = "model"
    SERIAL = "serial"
    ASSET_TAG = "asset_tag"
    ROOM = "room"
    EXTENSION = "extension"
    INSTALLED_ON = "installed_on"
    INSTALLED_BY_US = "installed_by_us"
    CONTRACT = "contract"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    NOTE = "note"

    @property
    def heading(self) -> str:
        """Return the heading under which the portal itself writes the column."""
        return SPECS[self].title


@dataclass(frozen=True, slots=True)
class Spec:
    """How a column is headed, what else people call it, and how much it holds (characters)."""

    title: str
    also: tuple[str, ...] = ()
    limit: int = 80
    is_required: bool = False


SPECS: dict[Column, Spec] = {
    Column.SITE: Spec("Site", ("Site name", "Location", "Place"), 120, is_required=True),
    Column.NAME: Spec("Device", ("Name", "Device name"), 120, is_required=True),
    Column.KIND: Spec("Kind", ("Type", "Device kind", "What it is")),
    Column.VENDOR: Spec("Manufacturer", ("Vendor", "Maker", "Make", "Brand")),
    Column.MODEL: Spec("Model", ("Product", "Model number")),
    Column.SERIAL: Spec("Serial number", ("Serial", "Serial no", "S/N", "SN")),
    Column.ASSET_TAG: Spec("Asset tag", ("Tag", "Asset", "Asset number"), 40),
    Column.ROOM: Spec("Room"),
    Column.EXTENSION: Spec("Extension", ("Ext",), 20),
    Column.INSTALLED_ON: Spec("Installed on", ("Install date", "Installed", "Installation date")),
    Column.INSTALLED_BY_US: Spec("Installed by us", ("We installed it",)),
    Column.CONTRACT: Spec("Warranty contract", ("Contract", "Contract number"), 20),
    Column.STARTS_ON: Spec("Warranty starts", ("Warranty start", "Warranty from")),
    Column.ENDS_ON: Spec("Warranty ends", ("Warranty end", "Warranty until", "Warranty to")),
    Column.NOTE: Spec("Warranty note", ("Note",), 200),
}


def plain(heading: str) -> str:
    """Return a heading without capitals, blanks and marks: "S/N" and "sn" are the same."""
    return NOISE.sub("", heading.lower())


BY_HEADING: dict[str, Column] = {
    plain(heading): column
    for column, spec in SPECS.items()
    for heading in (column.value, spec.title, *spec.also)
}


def read_header(cells: Sequence[str]) -> tuple[Column | None, ...]:
    """Return the column of each cell of the first row; None where the heading is blank.

    Raises UnreadableList, with a problem for each column that is missing, doubled or not known.
    """
    if not any(BY_HEADING.get(plain(cell)) for cell in cells):
        raise UnreadableList(
            ListProblem(1, "", "The first row does not name the columns.", _start_with())
        )
    problems = [*_unknown(cells), *_doubled(cells), *_missing(cells)]
    if problems:
        raise UnreadableList(*problems)
    return tuple(BY_HEADING.get(plain(cell)) for cell in cells)


def _start_with() -> str:
    return f"Begin with the headings {', '.join(spec.title for spec in SPECS.values())}."


def _unknown(cells: Sequence[str]) -> list[ListProblem]:
    return [
        ListProblem(1, cell, f"There is no column “{cell}”.", _instead(cell))
        for cell in cells
        if cell.strip() and plain(cell) not in BY_HEADING
    ]


def _instead(heading: str) -> str:
    near = get_close_matches(plain(heading), BY_HEADING, n=1)
    if near:
        return f"Did you mean “{BY_HEADING[near[0]].heading}”? If not, take the column out."
    return "Take the column out, or give it one of the headings of the example."


def _doubled(cells: Sequence[str]) -> list[ListProblem]:
    known = [column for cell in cells if (column := BY_HEADING.get(plain(cell)))]
    return [
        ListProblem(
            1,
            column.heading,
            f"The column “{column.heading}” is there {known.count(column)} times.",
            "Keep one of them.",
        )
        for column in Column
        if known.count(column) > 1
    ]


def _missing(cells: Sequence[str]) -> list[ListProblem]:
    known = {BY_HEADING.get(plain(cell)) for cell in cells}
    return [
        ListProblem(
            1,
            spec.title,
            f"The column “{spec.title}” is missing.",
            "Add it: each row needs it to be found again.",
        )
        for column, spec in SPECS.items()
        if spec.is_required and column not in known
    ]
