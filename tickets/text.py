"""What people type: kept exactly, or refused in words."""

from __future__ import annotations

from calcom_portal.common.errors import BadInput
from calcom_portal.common.text import is_blank

TEXT_LIMIT = 20_000
LINE_BREAKS = frozenset("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")


def checked_text(text: str, *, field: str, what: str, limit: int = TEXT_LIMIT) -> str:
    """Return `text` as it is. Raises BadInput when it is blank, too long or can't be stored."""
    if is_blank(text):
        raise BadInput(f"{what} is missing.", field=field, remedy="Write a few words.")
    if len(text) > limit:
        raise BadInput(
            f"{what} has {len(text):,} characters; {limit:,} are possible.",
            field=field,
            remedy="Shorten it, or attach it as a file.",
        )
    if any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise BadInput(
            f"{what} holds a character that cannot be stored.",
            field=field,
            remedy="Type it again instead of pasting it.",
        )
    return text


def checked_line(text: str, *, field: str, what: str, limit: int) -> str:
    """Return one line without the space around it. Raises BadInput as `checked_text` does."""
    line = checked_text(text, field=field, what=what, limit=limit).strip()
    if LINE_BREAKS & set(line):
        raise BadInput(f"{what} must be one line.", field=field, remedy="Remove the line break.")
    return line
