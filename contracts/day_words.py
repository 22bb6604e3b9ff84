"""How a day is written everywhere: on pages, in mails, in reasons. Pure."""

from __future__ import annotations

from datetime import date


def spell_day(day: date) -> str:
    """Return "15 Jun 2026"."""
    return f"{day.day} {day:%b %Y}"
