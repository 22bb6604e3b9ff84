"""Lists as the portal writes them: reading one back changes nothing. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from contracts.goods.cells import Value, guarded
from contracts.goods.columns import Column
from contracts.goods.excel import excel

# Columns that begin like this in the file are kept as text by spreadsheets.
TEXT = "@"
EXAMPLE: Mapping[Column, Value] = {
    Column.SITE: "Head office",
    Column.NAME: "Front desk phone",
    Column.KIND: "Phone",
    Column.VENDOR: "Yealink",
    Column.MODEL: "T54W",
    Column.SERIAL: "0815-4711",
    Column.ASSET_TAG: "A-17",
    Column.ROOM: "Lobby",
    Column.EXTENSION: "204",
    Column.INSTALLED_ON: date(2026, 3, 4),
    Column.INSTALLED_BY_US: True,
    Column.CONTRACT: "CT-2001",
    Column.STARTS_ON: date(2026, 3, 4),
    Column.ENDS_ON: date(2029, 3, 3),
    Column.NOTE: "",
}

Row = Mapping[Column, Value]


def as_csv(rows: Iterable[Row]) -> bytes:
    """Return a list as CSV in UTF-8 that Excel opens by itself: no cell counts as a formula."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([column.heading for column in Column])
    for row in rows:
        writer.writerow([guarded(_words(row.get(column))) for column in Column])
    return target.getvalue().encode("utf-8-sig")


def as_workbook(rows: Iterable[Row]) -> bytes:
    """Return a list as a workbook. Every cell is text, so that nothing is a formula."""
    book = excel().Workbook(write_only=True)
    sheet = book.create_sheet("Devices")
    sheet.append([column.heading for column in Column])
    for row in rows:
        sheet.append([_text_cell(sheet, _words(row.get(column))) for column in Column])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _text_cell(sheet: object, text: str) -> object:
    cell = excel().cell.WriteOnlyCell(sheet, value=text or None)
    if text:
        # The library takes a text that begins with = for a formula.
        cell.data_type = "s"
        cell.number_format = TEXT
    return cell


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value or ""
