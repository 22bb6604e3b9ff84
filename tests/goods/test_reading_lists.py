"""Lists as they come: every way in which a file is written is read, or refused in words."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.goods.cells import guarded, unguarded
from contracts.goods.columns import Column
from contracts.goods.dates import DateStyle
from contracts.goods.reader import MOST_ROWS, Reading, read_list
from contracts.goods.text_file import Letters
from tests.goods.files import (
    DESK,
    DESK_VALUES,
    HEADINGS,
    KINDS,
    problems_of,
    read,
    saved,
    text,
    workbook,
    zipped,
)

PLAIN = text(HEADINGS, DESK)


@pytest.mark.parametrize(
    ("content", "options"),
    [
        pytest.param(PLAIN, {}, id="UTF-8"),
        pytest.param(PLAIN.encode("utf-8-sig"), {}, id="UTF-8 with a byte order mark"),
        pytest.param(PLAIN.encode("utf-16"), {}, id="UTF-16 with a byte order mark"),
        pytest.param(PLAIN.encode("utf-16-be"), {}, id="UTF-16 big end first, no mark"),
        pytest.param(PLAIN.encode("utf-16-le"), {}, id="UTF-16 little end first, no mark"),
        pytest.param(PLAIN.encode("utf-32"), {}, id="UTF-32"),
        pytest.param(PLAIN.encode("cp1252"), {"letters": Letters.WESTERN}, id="Windows-1252"),
        pytest.param(text(HEADINGS, DESK, by=";"), {}, id="semicolons"),
        pytest.param(text(HEADINGS, DESK, by="\t"), {}, id="tabs"),
        pytest.param(text(HEADINGS, DESK, by="|"), {}, id="bars"),
        pytest.param("sep=;\r\n" + text(HEADINGS, DESK, by=";"), {}, id="Excel's sep= line"),
        pytest.param(text(HEADINGS, DESK, end="\n"), {}, id="line feeds"),
        pytest.param(text(HEADINGS, DESK, end="\r"), {}, id="carriage returns only"),
        pytest.param(PLAIN.rstrip(), {}, id="no line end at the end"),
        pytest.param(PLAIN + "\r\n\r\n,,,,,,,,,,,,,,\r\n", {}, id="blank rows at the end"),
        pytest.param(text((*HEADINGS, ""), (*DESK, "")), {}, id="a blank column at the end"),
        pytest.param(
            text([f'"{cell}"' for cell in HEADINGS], [f'"{cell}"' for cell in DESK]),
            {},
            id="everything in quotation marks",
        ),
        pytest.param(
            text([cell.upper() for cell in HEADINGS], [f"  {cell} " for cell in DESK]),
            {},
            id="capitals in headings, blanks around values",
        ),
        pytest.param(workbook(HEADINGS, DESK), {}, id="a workbook, whatever its name"),
        pytest.param(workbook(HEADINGS, DESK, [None] * 15, []), {}, id="a workbook with blanks"),
    ],
)
def test_a_list_is_read_the_same_however_it_is_written(
    content: bytes | str, options: dict[str, Any]
) -> None:
    rows = read(content, **options)
    assert [(row.number, row.problems) for row in rows] == [(2, ())]
    assert rows[0].values == DESK_VALUES


def test_columns_come_in_any_order_and_under_many_names() -> None:
    (row,) = read(text(("S/N", "device_name", "LOCATION", "Ext."), ("9", "Phone", "Annex", "12")))
    assert row.values == {
        Column.SERIAL: "9",
        Column.NAME: "Phone",
        Column.SITE: "Annex",
        Column.EXTENSION: "12",
    }


def test_numbers_dates_and_truths_of_a_workbook_come_out_as_people_write_them() -> None:
    desk: list[Any] = list(DESK)
    desk[5], desk[8], desk[9], desk[10] = 123456, 204.0, datetime(2025, 3, 4), True  # noqa: DTZ001
    desk[12], desk[13] = date(2026, 1, 1), date(2026, 12, 31)
    (row,) = read(workbook(HEADINGS, desk))
    assert row.problems == ()
    assert row.values == DESK_VALUES | {Column.SERIAL: "123456"}


SHORT = ("Site", "Device", "Serial number", "Installed on", "Room")


def short(serial: str = "SN-1", day: str = "", room: str = "", name: str = "Phone") -> str:
    """Return a small list in which one value is of interest."""
    return text(SHORT, ("Market Street", name, serial, day, room))


@pytest.mark.parametrize("written", ["2026-06-30", "2026-6-30", "2026-06-30 00:00:00"])
@pytest.mark.parametrize("style", list(DateStyle))
def test_a_date_with_the_year_first_is_read_in_every_style(written: str, style: DateStyle) -> None:
    (row,) = read(short(day=written), style=style)
    assert row.values[Column.INSTALLED_ON] == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("written", "style", "day"),
    [
        ("06/30/2026", DateStyle.ASK, date(2026, 6, 30)),
        ("30/06/2026", DateStyle.ASK, date(2026, 6, 30)),
        ("30.6.2026", DateStyle.ASK, date(2026, 6, 30)),
        ("05/05/2026", DateStyle.ASK, date(2026, 5, 5)),
        ("03/04/2026", DateStyle.MONTH_FIRST, date(2026, 3, 4)),
        ("03/04/2026", DateStyle.DAY_FIRST, date(2026, 4, 3)),
        ("3-4-2026", DateStyle.DAY_FIRST, date(2026, 4, 3)),
        ("30 Jun 2026", DateStyle.ASK, date(2026, 6, 30)),
        ("3-Sept-2026", DateStyle.ASK, date(2026, 9, 3)),
        ("2 September 2026", DateStyle.MONTH_FIRST, date(2026, 9, 2)),
    ],
)
def test_a_date_is_read_by_its_style(written: str, style: DateStyle, day: date) -> None:
    (row,) = read(short(day=written), style=style)
    assert row.problems == ()
    assert row.values[Column.INSTALLED_ON] == day


@pytest.mark.parametrize(
    ("written", "style", "message"),
    [
        ("03/04/2026", DateStyle.ASK, "“03/04/2026” can be read in two ways."),
        ("06/30/2026", DateStyle.DAY_FIRST, "“06/30/2026” is no day of the calendar."),
        ("30/06/2026", DateStyle.MONTH_FIRST, "“30/06/2026” is no day of the calendar."),
        ("2027-02-29", DateStyle.ASK, "“2027-02-29” is no day of the calendar."),
        ("0000-00-00", DateStyle.ASK, "“0000-00-00” is no day of the calendar."),
        ("1989-12-31", DateStyle.ASK, "“1989-12-31” is not in the years 1990 to 2199."),
        ("10000-01-01", DateStyle.ASK, "“10000-01-01” is not a date."),
        ("06/30/26", DateStyle.MONTH_FIRST, "“06/30/26” is not a date."),
        ("06/30.2026", DateStyle.MONTH_FIRST, "“06/30.2026” is not a date."),
        ("46203", DateStyle.ASK, "“46203” is not a date."),
        ("2026-06-30 14:15", DateStyle.ASK, "“2026-06-30 14:15” is not a date."),
        ("٢٠٢٦-٠٦-٣٠", DateStyle.ASK, "“٢٠٢٦-٠٦-٣٠” is not a date."),
        ("30 Foo 2026", DateStyle.ASK, "“30 Foo 2026” is not a date."),
        ("soon", DateStyle.ASK, "“soon” is not a date."),
    ],
)
def test_a_date_that_is_none_or_means_two_days_is_refused_with_its_row(
    written: str, style: DateStyle, message: str
) -> None:
    (problem,) = problems_of(short(day=written), style=style)
    assert (problem.row, problem.column, problem.message) == (2, "Installed on", message)
    assert problem.remedy


@pytest.mark.parametrize(
    ("content", "row", "column", "message"),
    [
        pytest.param(b"", 0, "", "The file is empty.", id="nothing"),
        pytest.param(
            text(HEADINGS), 0, "", "The file has headings, but no rows.", id="headings only"
        ),
        pytest.param(
            text(DESK), 1, "", "The first row does not name the columns.", id="no headings"
        ),
        pytest.param(
            text(("Device", "Room"), ("a", "b")),
            1,
            "Site",
            "The column “Site” is missing.",
            id="a column is missing",
        ),
        pytest.param(
            text(("Site", "Device", "Serial", "S/N"), ("a", "b", "c", "d")),
            1,
            "Serial number",
            "The column “Serial number” is there 2 times.",
            id="a column twice",
        ),
        pytest.param(
            text(("Site", "Device", "Waranty ends"), ("a", "b", "c")),
            1,
            "Waranty ends",
            "There is no column “Waranty ends”.",
            id="a heading misspelt",
        ),
        pytest.param(
            text(("Site", "Device", ""), ("a", "b", "c")),
            2,
            "",
            "Column 3 has a value here but no heading.",
            id="a column without heading",
        ),
        pytest.param(
            text(("Site", "Device"), ("a", "b", "c")),
            2,
            "",
            "This row has 3 cells, the headings are 2.",
            id="a cell too many",
        ),
        pytest.param(
            text(("Site", "Device", "Room"), ("a", "b")),
            2,
            "",
            "This row has 2 cells, the headings are 3.",
            id="a cell too few",
        ),
        pytest.param(text(SHORT, ("", "b", "", "", "")), 2, "Site", "Site is blank.", id="no site"),
        pytest.param(
            short(name="\u3164\u200b"), 2, "Device", "Device is blank.", id="nothing to be seen"
        ),
        pytest.param(
            short(serial="SN\x001"),
            2,
            "Serial number",
            "This holds invisible control characters.",
            id="a zero character",
        ),
        pytest.param(
            text(SHORT, ('"a\nb"', "b", "", "", "")),
            2,
            "Site",
            "This takes more than one line.",
            id="a line break in a cell",
        ),
        pytest.param(
            short(name="x" * 121),
            2,
            "Device",
            "This is longer than 120 characters.",
            id="too long",
        ),
        pytest.param(
            short(serial="1.23457E+11"),
            2,
            "Serial number",
            "“1.23457E+11” is a long number that the spreadsheet has shortened.",
            id="a serial number that Excel shortened",
        ),
        pytest.param(
            short(room="Büro").encode("cp1252"),
            2,
            "Room",
            "Some letters could not be read.",
            id="Windows-1252 taken for UTF-8",
        ),
        pytest.param(
            short(room="חדר").encode("cp1255"),
            2,
            "Room",
            "Some letters could not be read.",
            id="Windows-1255 taken for UTF-8",
        ),
        pytest.param(
            short(room="caf\ufffd"),
            2,
            "Room",
            "Some letters could not be read.",
            id="letters lost before",
        ),
        pytest.param(
            text(SHORT, ("a", '"b', "", "", ""), ("a", "b", "", "", "")),
            2,
            "",
            "The quotation marks of this row do not match.",
            id="a quotation mark that is never closed",
        ),
        pytest.param(
            text(SHORT, ("a", '"b"c', "", "", "")),
            2,
            "",
            "The quotation marks of this row do not match.",
            id="text after a closing quotation mark",
        ),
        pytest.param(
            text(SHORT, ("a", '"b' + "x" * 200_000, "", "", "")),
            2,
            "",
            "A cell is too long: perhaps a quotation mark is never closed.",
            id="a long cell",
        ),
        pytest.param(
            short(room="x" * 10_000_000),
            2,
            "",
            "A line of the file has more than a million characters.",
            id="a cell of 10 MB",
        ),
        pytest.param(
            text([f"c{n}" for n in range(5000)]),
            1,
            "",
            "The file has 5000 columns.",
            id="5,000 columns",
        ),
        pytest.param(b"%PDF-1.7\n...", 0, "", "This is a PDF.", id="a PDF"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            0,
            "",
            "This is a workbook of the old Excel kind, or locked with a password.",
            id="an old workbook",
        ),
        pytest.param(
            bytes(range(256)) * 40, 1, "", "The first row does not name the columns.", id="noise"
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_row_column_and_remedy(
    content: bytes | str, row: int, column: str, message: str
) -> None:
    began = time.monotonic()
    first = problems_of(content)[0]
    assert (first.row, first.column, first.message) == (row, column, message)
    assert first.remedy.endswith(".")
    assert time.monotonic() - began < 2


def test_every_problem_of_the_headings_is_told_at_once() -> None:
    problems = problems_of(text(("Device", "Room", "room", "Colour"), ("a", "b", "c", "d")))
    assert [problem.message for problem in problems] == [
        "There is no column “Colour”.",
        "The column “Room” is there 2 times.",
        "The column “Site” is missing.",
    ]


def test_a_misspelt_heading_is_answered_with_the_one_that_was_meant() -> None:
    (problem,) = problems_of(text(("Site", "Device", "Waranty ends"), ("a", "b", "c")))
    assert problem.remedy == "Did you mean “Warranty ends”? If not, take the column out."


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("Kind", "Toaster", "“Toaster” is not a kind of device."),
        ("Installed by us", "perhaps", "“perhaps” is neither yes nor no."),
    ],
)
def test_a_word_that_is_not_on_the_list_is_refused(column: str, value: str, message: str) -> None:
    (problem,) = problems_of(text(("Site", "Device", column), ("a", "b", value)))
    assert (problem.column, problem.message) == (column, message)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("=1+1", "This cell holds a formula."),
        ("#N/A", "This cell holds the error #N/A."),
        (1.23456789012346e17, "Excel has rounded this long number."),
        (clock_time(8, 30), "“08:30:00” is a time."),
    ],
)
def test_a_cell_of_a_workbook_without_a_plain_value_is_refused(cell: Any, message: str) -> None:
    (problem,) = problems_of(workbook(SHORT, ("a", "b", cell, "", "")))
    assert (problem.row, problem.column, problem.message) == (2, "Serial number", message)


def with_part(name: str, content: bytes) -> bytes:
    """Return a workbook in which one part was replaced."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(HEADINGS, DESK))) as book,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for part in book.namelist():
            copy.writestr(part, content if part == name else book.read(part))
    return target.getvalue()


TOO_MUCH_ROOM = "The workbook would take too much room when it is unpacked."
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><sst>&b;</sst>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(zipped(a=b"x"), "This is not an Excel workbook.", id="another zip"),
        pytest.param(
            workbook(HEADINGS, DESK)[:2000],
            "The workbook is damaged or locked with a password.",
            id="cut off",
        ),
        pytest.param(
            with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"),
            "The workbook is damaged.",
            id="a sheet that breaks off",
        ),
        pytest.param(
            with_part("xl/worksheets/sheet1.xml", bytes(101 * 1024 * 1024)),
            TOO_MUCH_ROOM,
            id="a sheet of zeros",
        ),
        pytest.param(
            zipped(xl__workbook=b"x", xl__sharedStrings=bytes(17 * 1024 * 1024)),
            TOO_MUCH_ROOM,
            id="a zip bomb in the strings",
        ),
        pytest.param(
            zipped(**{f"xl__worksheets__s{n}": bytes(80_000_000) for n in range(2)}),
            TOO_MUCH_ROOM,
            id="many large parts",
        ),
        pytest.param(
            zipped(**{f"p{n}": b"" for n in range(501)}), TOO_MUCH_ROOM, id="very many parts"
        ),
        pytest.param(
            with_part("xl/styles.xml", BOMB),
            "The workbook holds definitions that no list needs.",
            id="entities",
        ),
        pytest.param(
            with_part("xl/styles.xml", BOMB.decode().encode("utf-16")),
            "The workbook holds definitions that no list needs.",
            id="entities in UTF-16",
        ),
    ],
)
def test_a_workbook_that_is_none_or_takes_too_much_is_refused(content: bytes, message: str) -> None:
    began = time.monotonic()
    tracemalloc.start()
    (problem,) = problems_of(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem.message == message
    assert peak < 20_000_000
    assert time.monotonic() - began < 3


def test_a_workbook_with_a_cell_far_to_the_right_is_refused() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(SHORT)
    sheet["XFD2"] = "x"
    assert problems_of(saved(book))[0].message == "This row has 16384 columns."


def endless(rows: int) -> Iterator[bytes]:
    yield text(SHORT).encode()
    for number in range(rows):
        yield f"Market Street,Phone {number},SN-{number},2026-06-30,Lobby\r\n".encode()


def test_more_rows_than_an_import_takes_are_refused_without_reading_on() -> None:
    content = b"".join(endless(1_000_000))
    began = time.monotonic()
    rows = read_list(io.BytesIO(content), Reading(KINDS))
    with pytest.raises(Exception, match=r"The file has more than 50,000 rows\."):
        for _ in rows:
            pass
    assert time.monotonic() - began < 10


def test_reading_takes_no_more_memory_for_a_longer_list() -> None:
    def peak(rows: int) -> int:
        content = io.BytesIO(b"".join(endless(rows)))
        tracemalloc.start()
        for _ in read_list(content, Reading(KINDS)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(MOST_ROWS // 10) < peak(50) + 200_000


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+972-3-000", "'+972-3-000"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("it's", "it's"),
        ("'quoted'", "'quoted'"),
        ("SN-1", "SN-1"),
    ],
)
def test_text_that_looks_like_a_formula_is_guarded_and_comes_back(written: str, kept: str) -> None:
    assert guarded(written) == kept
    assert unguarded(kept) == written


@given(st.text(alphabet="'=+-@\t＝a1 ", max_size=8))
def test_a_guard_never_changes_what_is_read_back(written: str) -> None:
    assert unguarded(guarded(written)) == written
    assert not guarded(written).startswith(("=", "+", "-", "@", "\t", "＝"))


@given(st.binary(max_size=400))
def test_no_bytes_at_all_break_the_reader(content: bytes) -> None:
    problems_of(content)
    problems_of(text(SHORT).encode() + content)
    problems_of(b"PK\x03\x04" + content)
