"""Records of an Excel workbook: its first sheet, read row by row, within limits set beforehand."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from contracts.goods.columns import MOST_COLUMNS
from contracts.goods.excel import excel
from contracts.goods.problems import BadCell, unreadable

ZIP_MARK = b"PK"
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0"
# Types of cells, as the format names them.
TYPE_FORMULA, TYPE_ERROR = "f", "e"
MEGABYTE = 1024 * 1024
MOST_PARTS = 500
# Unpacked. Only the first sheet is ever read as a whole, and it is read row by row.
LARGEST_TOTAL = 150 * MEGABYTE
LARGEST_SHEET = 100 * MEGABYTE
LARGEST_PART = 16 * MEGABYTE
# Beyond this Excel itself has rounded the number.
LARGEST_EXACT = 10**15
SAVE_AGAIN = "Open it in Excel and save it again as .xlsx, or save it as “CSV UTF-8”."


def sheet_records(source: BinaryIO) -> Iterator[tuple[int, list[str | BadCell]]]:
    """Yield each row with its number, the headings first; a cell that no list can hold as BadCell.

    Dates come out as 2026-06-30, true and false as yes and no, numbers in full. Raises
    UnreadableList before anything is unpacked when that would take too much.
    """
    _check_parts(source)
    try:
        book = excel().load_workbook(source, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        width = 0
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if len(row) > MOST_COLUMNS:
                raise unreadable(
                    f"This row has {len(row)} columns.",
                    f"Keep the columns of the example: {MOST_COLUMNS} are possible.",
                    row=number,
                )
            width = width or len(row)
            # A row ends at its last filled cell here: the others are blank, not missing.
            yield number, [_read(cell) for cell in row] + [""] * (width - len(row))
    except (
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        SyntaxError,
    ) as error:
        # What a damaged workbook makes the library and the XML parser raise.
        raise unreadable("The workbook is damaged.", SAVE_AGAIN) from error


def _check_parts(source: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(source) as book:
            parts = book.infolist()
            _check_sizes(parts)
            if "xl/workbook.xml" not in book.namelist():
                raise unreadable("This is not an Excel workbook.", SAVE_AGAIN)
            for part in parts:
                _refuse_entities(book, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise unreadable(
            "The workbook is damaged or locked with a password.", SAVE_AGAIN
        ) from error
    finally:
        source.seek(0)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    # Unpacking stops at the announced size, so a lie about it only damages the workbook.
    sizes = [part.file_size for part in parts]
    if len(parts) > MOST_PARTS or sum(sizes) > LARGEST_TOTAL or any(_too_large(p) for p in parts):
        raise unreadable(
            "The workbook would take too much room when it is unpacked.",
            "Copy the rows with values into a new workbook, or save the sheet as “CSV UTF-8”.",
        )


def _too_large(part: zipfile.ZipInfo) -> bool:
    is_sheet = part.filename.startswith("xl/worksheets/")
    return part.file_size > (LARGEST_SHEET if is_sheet else LARGEST_PART)


def _refuse_entities(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if not part.filename.endswith((".xml", ".rels")):
        return
    with book.open(part) as content:
        head = content.read(4096).replace(b"\x00", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise unreadable("The workbook holds definitions that no list needs.", SAVE_AGAIN)


def _read(cell: object) -> str | BadCell:
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "")
    if kind == TYPE_FORMULA:
        return BadCell(
            "This cell holds a formula.", "Copy the column and paste it as values, then save."
        )
    if kind == TYPE_ERROR:
        return BadCell(f"This cell holds the error {value}.", "Correct it, then save.")
    if isinstance(value, time):
        return BadCell(f"“{value}” is a time.", "Write a date.")
    return _number(value) if isinstance(value, float) else _words(value)


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float) -> str | BadCell:
    if abs(value) >= LARGEST_EXACT:
        return BadCell(
            "Excel has rounded this long number.",
            "Format the column as text, type the number again, and save.",
        )
    return str(int(value)) if value.is_integer() else repr(value)
