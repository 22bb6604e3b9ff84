"""What a cell of a list may hold. Pure.

Values are kept as they are written, but for blanks around them and one Unicode form (NFC).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from calcom_portal.common.formulas import guarded, unguarded
from calcom_portal.common.text import has_control, has_line_break, is_blank, one_form
from contracts.goods.columns import SPECS, Column
from contracts.goods.dates import DateStyle, read_day
from contracts.goods.problems import BadCell

__all__ = ["Value", "guarded", "read_cell", "unguarded"]

Value = str | date | bool | None

BLANKS = " \t\r\n\u00a0\ufeff"
LOST = "\ufffd"
DAYS = frozenset({Column.INSTALLED_ON, Column.STARTS_ON, Column.ENDS_ON})
NUMBERS = frozenset({Column.SERIAL, Column.ASSET_TAG, Column.EXTENSION})
# What a spreadsheet makes of a long number.
SHORTENED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]{1,3}", re.IGNORECASE)
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})


def read_cell(raw: str, column: Column, *, style: DateStyle, kinds: Mapping[str, str]) -> Value:
    """Return the value of a cell. Raises BadCell. `kinds` maps words in small letters to codes."""
    text = _text(raw, SPECS[column].limit)
    if column in DAYS:
        return read_day(text, style) if text else None
    if column is Column.INSTALLED_BY_US:
        return _flag(text)
    if column is Column.KIND:
        return _kind(text, kinds)
    if column in NUMBERS and SHORTENED.fullmatch(text):
        raise BadCell(
            f"“{text}” is a long number that the spreadsheet has shortened.",
            "Format the column as text, type the number again, and save.",
        )
    return text


def _text(raw: str, limit: int) -> str:
    text = one_form(raw.strip(BLANKS))
    if LOST in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise BadCell(
            "Some letters could not be read.",
            "Save the file as “CSV UTF-8”, or say above which letters it is written in.",
        )
    if has_line_break(text):
        raise BadCell("This takes more than one line.", "Write it on one line.")
    if has_control(text, allowed="\t"):
        raise BadCell("This holds invisible control characters.", "Type it again.")
    if len(text) > limit:
        raise BadCell(f"This is longer than {limit} characters.", "Shorten it.")
    return "" if is_blank(text) else text


def _flag(text: str) -> bool | None:
    word = text.lower()
    if word in YES or word in NO:
        return word in YES
    if word:
        raise BadCell(f"“{text}” is neither yes nor no.", "Write yes or no.")
    return None


def _kind(text: str, kinds: Mapping[str, str]) -> str:
    if not text:
        return ""
    if code := kinds.get(text.lower()):
        return code
    raise BadCell(
        f"“{text}” is not a kind of device.", f"Write one of: {', '.join(dict.fromkeys(kinds))}."
    )
