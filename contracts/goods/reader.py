"""From a file to rows whose values are clean, or refused with what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import BinaryIO

from contracts.goods.cells import Value, read_cell, unguarded
from contracts.goods.columns import MOST_COLUMNS, SPECS, Column, read_header
from contracts.goods.dates import DateStyle
from contracts.goods.problems import BadCell, ListProblem, UnreadableList, unreadable
from contracts.goods.text_file import Letters, text_records
from contracts.goods.workbook import OLD_EXCEL_MARK, SAVE_AGAIN, ZIP_MARK, sheet_records

MOST_ROWS = 50_000
MOST_RECORDS = 1_100_000
LARGEST_FILE = 25 * 1024 * 1024
Cells = Sequence[str | BadCell]
Records = Iterator[tuple[int, list[str | BadCell]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read. `kinds` maps words in small letters to kinds of device."""

    kinds: Mapping[str, str]
    style: DateStyle = DateStyle.ASK
    letters: Letters = Letters.AUTO


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of the list: its number as the spreadsheet counts, its values, what is wrong with it.

    A column that the file has not is not in `values`; one whose cell is blank is, as "" or None.
    """

    number: int
    values: Mapping[Column, Value]
    problems: tuple[ListProblem, ...] = field(default=())

    def text(self, column: Column) -> str:
        """Return the text of a column, "" where there is none."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""


def read_list(source: BinaryIO, reading: Reading) -> Iterator[ListRow]:
    """Yield the rows of a CSV or XLSX file, told apart by content; blank rows are left out.

    Memory does not grow with the file. Raises UnreadableList when the file as a whole cannot be
    read: at once for its headings, on the way where rows can no longer be told apart.
    """
    records = _records(source, reading.letters)
    header = _header(records)
    found = 0
    for number, cells in records:
        if number > MOST_RECORDS or found > MOST_ROWS:
            raise too_many()
        if not all(isinstance(cell, str) and not cell.strip() for cell in cells):
            found += 1
            yield _row(number, cells, header, reading)
    if not found:
        raise unreadable("The file has headings, but no rows.", "Add a row for each device.")


def too_many() -> UnreadableList:
    """Return the error for a list that is longer than one import may be."""
    return unreadable(
        f"The file has more than {MOST_ROWS:,} rows.", "Split it, one file a site for example."
    )


def _records(source: BinaryIO, letters: Letters) -> Records:
    head = source.read(8)
    source.seek(0)
    if not head:
        raise unreadable("The file is empty.", "Choose the file again.")
    if head.startswith(ZIP_MARK):
        return sheet_records(source)
    if head.startswith(OLD_EXCEL_MARK):
        raise unreadable(
            "This is a workbook of the old Excel kind, or locked with a password.", SAVE_AGAIN
        )
    if head.startswith(b"%PDF"):
        raise unreadable("This is a PDF.", "Ask for the list as a spreadsheet or CSV file.")
    return ((number, [unguarded(c) for c in row]) for number, row in text_records(source, letters))


def _header(records: Records) -> tuple[Column | None, ...]:
    _, cells = next(records, (0, []))
    for cell in cells:
        if isinstance(cell, BadCell):
            raise unreadable(cell.message, cell.remedy, row=1)
    headings = [str(cell).strip() for cell in cells]
    if len(headings) > MOST_COLUMNS:
        raise unreadable(
            f"The file has {len(headings)} columns.",
            f"Keep the columns of the example: {MOST_COLUMNS} are possible.",
            row=1,
        )
    return read_header(headings)


def _row(number: int, cells: Cells, header: tuple[Column | None, ...], reading: Reading) -> ListRow:
    values: dict[Column, Value] = {}
    problems = _ragged(number, cells, header)
    for column, cell in zip_longest(header, cells[: len(header)], fillvalue=""):
        if not isinstance(column, Column):
            continue
        try:
            values[column] = _value(cell, column, reading)
        except BadCell as bad:
            problems.append(ListProblem(number, column.heading, bad.message, bad.remedy))
    return ListRow(number, values, tuple(problems))


def _value(cell: str | BadCell | None, column: Column, reading: Reading) -> Value:
    if isinstance(cell, BadCell):
        raise cell
    value = read_cell(cell or "", column, style=reading.style, kinds=reading.kinds)
    if SPECS[column].is_required and not value:
        raise BadCell(f"{column.heading} is blank.", "Fill it in.")
    return value


def _ragged(number: int, cells: Cells, header: tuple[Column | None, ...]) -> list[ListProblem]:
    problems = []
    is_longer = any(isinstance(cell, BadCell) or cell.strip() for cell in cells[len(header) :])
    named = max(place for place, column in enumerate(header, start=1) if column)
    if is_longer or len(cells) < named:
        problems.append(
            ListProblem(
                number,
                "",
                f"This row has {len(cells)} cells, the headings are {named}.",
                "Look for a value that was cut in two, or give its column a heading.",
            )
        )
    for place, (column, cell) in enumerate(zip(header, cells, strict=False), start=1):
        if column is None and (isinstance(cell, BadCell) or cell.strip()):
            problems.append(
                ListProblem(
                    number,
                    "",
                    f"Column {place} has a value here but no heading.",
                    "Give the column a heading, or empty it.",
                )
            )
    return problems
