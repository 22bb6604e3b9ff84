"""What text from outside may hold. Pure."""

from __future__ import annotations

import unicodedata

# Letters by category, nothing to the eye.
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
LINE_BREAKS = frozenset("\n\r\u0085\u2028\u2029")
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
UNSTORABLE_CATEGORIES = frozenset({"Cc", "Cs"})


def is_blank(value: str) -> bool:
    """Is there nothing that a person could see? Zero-width letters and fillers are nothing."""
    return all(
        character in BLANK_LETTERS or unicodedata.category(character) in INVISIBLE_CATEGORIES
        for character in value
    )


def has_line_break(value: str) -> bool:
    """Would the text take more than one line, in a mail header for example?"""
    return not LINE_BREAKS.isdisjoint(value)


def has_control(value: str, *, allowed: str = "") -> bool:
    """Does the text hold control characters other than those in `allowed`?"""
    return any(
        unicodedata.category(character) in UNSTORABLE_CATEGORIES and character not in allowed
        for character in value
    )


def one_form(value: str) -> str:
    """Return the text in NFC: the same letters are the same bytes, however they were typed."""
    return unicodedata.normalize("NFC", value)
