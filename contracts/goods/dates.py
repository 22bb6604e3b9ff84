"""Dates as people write them in lists. Pure."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from contracts.goods.problems import BadCell

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)

ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
# A spreadsheet may add midnight.
MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")
NUMBERS = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
DAY_MONTH = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -]([0-9]{4})")
MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
WRITE_ISO = "Write the year first, as in 2026-06-30."


class DateStyle(StrEnum):
    """How 03/04/2026 is meant. Dates with the year first, or the month in letters, always work."""

    ASK = "ask"
    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"

    @property
    def label(self) -> str:
        """Return the style for people, with an example."""
        return LABELS[self]


LABELS = {
    DateStyle.ASK: "Year first (2026-06-30); stop at dates that can be read in two ways",
    DateStyle.MONTH_FIRST: "Month first (06/30/2026)",
    DateStyle.DAY_FIRST: "Day first (30/06/2026)",
}


def read_day(text: str, style: DateStyle) -> date:
    """Return the day. Raises BadCell for what is none, and for what can be read in two ways.

    Without a style, a date in numbers is taken only where one of them cannot be a month.
    """
    text = MIDNIGHT.sub("", text)
    if match := ISO.fullmatch(text):
        return _day(text, match[1], match[2], match[3])
    if match := NUMBERS.fullmatch(text):
        first, second, year = match[1], match[3], match[4]
        if _is_day_first(text, first, second, style):
            return _day(text, year, second, first)
        return _day(text, year, first, second)
    if match := DAY_MONTH.fullmatch(text):
        return _day(text, match[3], _month(text, match[2]), match[1])
    if match := MONTH_DAY.fullmatch(text):
        return _day(text, match[3], _month(text, match[1]), match[2])
    raise BadCell(f"“{text[:40]}” is not a date.", WRITE_ISO)


def _is_day_first(text: str, first: str, second: str, style: DateStyle) -> bool:
    if style is not DateStyle.ASK:
        return style is DateStyle.DAY_FIRST
    if int(first) > 12 or int(second) > 12 or int(first) == int(second):
        return int(first) > 12
    raise BadCell(
        f"“{text}” can be read in two ways.",
        "Say above whether the file writes the month or the day first, or write 2026-06-30.",
    )


def _month(text: str, name: str) -> str:
    for number, month in enumerate(MONTHS, start=1):
        if (
            month == name.lower()
            or month[:3] == name.lower()
            or (name.lower() == "sept" == month[:4])
        ):
            return str(number)
    raise BadCell(f"“{text}” is not a date.", WRITE_ISO)


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise BadCell(f"“{text}” is no day of the calendar.", WRITE_ISO) from None
    if not EARLIEST <= found <= LATEST:
        raise BadCell(f"“{text}” is not in the years 1990 to 2199.", "Check the year.")
    return found
