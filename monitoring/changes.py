"""What checks went through, as rows for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitoring.models import StateChange
from monitoring.standing import Face, shown_of


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """That a check changed its state: when, from what to what, and what was seen."""

    at: datetime
    was: Face
    became: Face
    words: str


def change_rows(changes: Sequence[StateChange]) -> list[ChangeRow]:
    """Put changes into rows."""
    return [
        ChangeRow(one.at, shown_of(one.was).face, shown_of(one.became).face, one.words)
        for one in changes
    ]
