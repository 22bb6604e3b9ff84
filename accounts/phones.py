"""Telephone numbers as people read them. Pure."""

from __future__ import annotations

import re

NORTH_AMERICAN = re.compile(r"\+1([2-9][0-9]{2})([0-9]{3})([0-9]{4})")


def spell_phone(number: str) -> str:
    """Return an E.164 number grouped, where the plan is known: +1 619 555 0100."""
    parts = NORTH_AMERICAN.fullmatch(number)
    return f"+1 {parts[1]} {parts[2]} {parts[3]}" if parts else number
