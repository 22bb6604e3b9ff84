"""Files as clerks send them: tests make theirs with these."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl

from contracts.goods.cells import Value
from contracts.goods.columns import Column
from contracts.goods.dates import DateStyle
from contracts.goods.problems import ListProblem, UnreadableList
from contracts.goods.reader import ListRow, Reading, read_list
from contracts.goods.text_file import Letters

KINDS = {"phone system": "pbx", "pbx": "pbx", "phone": "phone", "switch": "switch"}
HEADINGS = (
    *("Site", "Device", "Kind", "Manufacturer", "Model", "Serial number", "Asset tag", "Room"),
    *("Extension", "Installed on", "Installed by us", "Warranty contract", "Warranty starts"),
    *("Warranty ends", "Warranty note"),
)
DESK = (
    *("Market Street", "Front desk phone", "Phone", "Yealink", "T54W", "SN-1", "CAL-7", "Lobby"),
    *("204", "2025-03-04", "yes", "CT-2001", "2026-01-01", "2026-12-31", ""),
)
DESK_VALUES: dict[Column, Value] = {
    Column.SITE: "Market Street",
    Column.NAME: "Front desk phone",
    Column.KIND: "phone",
    Column.VENDOR: "Yealink",
    Column.MODEL: "T54W",
    Column.SERIAL: "SN-1",
    Column.ASSET_TAG: "CAL-7",
    Column.ROOM: "Lobby",
    Column.EXTENSION: "204",
    Column.INSTALLED_ON: date(2025, 3, 4),
    Column.INSTALLED_BY_US: True,
    Column.CONTRACT: "CT-2001",
    Column.STARTS_ON: date(2026, 1, 1),
    Column.ENDS_ON: date(2026, 12, 31),
    Column.NOTE: "",
}


def text(*rows: Sequence[str], by: str = ",", end: str = "\r\n") -> str:
    """Return rows as text, with nothing quoted."""
    return "".join(by.join(row) + end for row in rows)


def workbook(*rows: Sequence[Any]) -> bytes:
    """Return a workbook whose first sheet holds the rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(**parts: bytes) -> bytes:
    """Return a zip with these parts; `__` in a name stands for a folder."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("__", "/") + ".xml", content)
    return target.getvalue()


def read(
    content: bytes | str,
    *,
    style: DateStyle = DateStyle.ASK,
    letters: Letters = Letters.AUTO,
) -> list[ListRow]:
    """Read a file to its end."""
    data = content.encode() if isinstance(content, str) else content
    return list(read_list(io.BytesIO(data), Reading(KINDS, style, letters)))


def problems_of(content: bytes | str, **options: Any) -> list[ListProblem]:
    """Return what is wrong with a file: as a whole, or row by row."""
    try:
        return [problem for row in read(content, **options) for problem in row.problems]
    except UnreadableList as error:
        return list(error.problems)
