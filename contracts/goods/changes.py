"""What a row changes. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """The column, and the value before and after for people."""

    column: str
    before: str
    after: str
