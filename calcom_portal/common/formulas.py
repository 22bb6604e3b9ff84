"""Cells that no spreadsheet takes for a formula. Pure."""

from __future__ import annotations

import re

# What a spreadsheet would take for a formula; fullwidth signs count in some locales.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; `unguarded` gives it back exactly."""
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Take off the mark that `guarded` put before a text."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
