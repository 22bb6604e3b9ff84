"""Records of a text file: CSV with commas, semicolons, tabs or bars, in whatever letters. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from itertools import chain
from typing import BinaryIO

from contracts.goods.columns import BY_HEADING, plain
from contracts.goods.problems import UnreadableList, unreadable

LONGEST_LINE = 1_000_000
DELIMITERS = ",;\t|"
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class Letters(StrEnum):
    """The encodings that a person can choose; AUTO reads Unicode, marked or not."""

    AUTO = "auto"
    WESTERN = "cp1252"
    CENTRAL = "cp1250"
    CYRILLIC = "cp1251"
    GREEK = "cp1253"
    TURKISH = "cp1254"
    HEBREW = "cp1255"
    ARABIC = "cp1256"

    @property
    def label(self) -> str:
        """Return the choice for people."""
        return LABELS[self]


LABELS = {
    Letters.AUTO: "Find out (UTF-8 or UTF-16)",
    Letters.WESTERN: "Western European (Windows-1252)",
    Letters.CENTRAL: "Central European (Windows-1250)",
    Letters.CYRILLIC: "Cyrillic (Windows-1251)",
    Letters.GREEK: "Greek (Windows-1253)",
    Letters.TURKISH: "Turkish (Windows-1254)",
    Letters.HEBREW: "Hebrew (Windows-1255)",
    Letters.ARABIC: "Arabic (Windows-1256)",
}


def text_records(source: BinaryIO, letters: Letters) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with its row number, the headings first. Memory does not grow.

    Letters that cannot be read come out as U+FFFD or as lone surrogates, for the cell's own
    check to refuse with its row. Raises UnreadableList where rows can no longer be told apart.
    """
    encoding = _encoding_of(source, letters)
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    text = io.TextIOWrapper(source, encoding, errors=errors, newline="")
    try:
        yield from _records(_reader(_lines(text)))
    finally:
        # Whoever opened the file closes it, and may have done so already.
        with suppress(ValueError):
            text.detach()


def _reader(lines: Iterator[str]) -> Iterator[list[str]]:
    first = next(lines, "")
    # Excel's own way of naming the delimiter; it does not count as a row.
    if first.lower().startswith("sep=") and first[4:5] in tuple(DELIMITERS):
        return csv.reader(lines, delimiter=first[4], strict=True)
    return csv.reader(chain([first], lines), delimiter=_delimiter_of(first), strict=True)


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise _broken(number, str(error)) from error
        if record is None:
            return
        yield number, record


def _broken(row: int, reason: str) -> UnreadableList:
    if "field larger" in reason:
        return unreadable(
            "A cell is too long: perhaps a quotation mark is never closed.",
            "Look for a lone quotation mark in this row or before it.",
            row=row,
        )
    return unreadable(
        "The quotation marks of this row do not match.",
        'Write “6"" cable” in quotation marks where a cell holds one, or take it out.',
        row=row,
    )


def _encoding_of(source: BinaryIO, letters: Letters) -> str:
    head = source.read(4096)
    source.seek(0)
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if letters is not Letters.AUTO:
        return letters.value
    # Half of the bytes of Latin text in UTF-16 are zero.
    if head[1::2].count(0) > len(head) / 4:
        return "utf-16-le"
    if head[::2].count(0) > len(head) / 4:
        return "utf-16-be"
    return "utf-8"


def _delimiter_of(line: str) -> str:
    def known(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        return sum(plain(cell) in BY_HEADING for cell in cells), len(cells)

    return max(DELIMITERS, key=known)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE:
            raise unreadable(
                "A line of the file has more than a million characters.",
                "Check that this is a list with one device a row.",
                row=number,
            )
        yield line
