"""Statements in words: sums, and rows of lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from tickets.models import Statement
from tickets.statements import spelt


@dataclass(frozen=True, slots=True)
class Sums:
    """Worth, covered and due, all currencies in one text each."""

    worth: str
    covered: str
    due: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One issued statement in a list."""

    statement: Statement
    sums: Sums

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Read a statement."""
        return cls(statement, sums_of(statement.totals))


def sums_of(totals: Sequence[dict[str, Any]]) -> Sums:
    """Return the sums of a statement."""
    return Sums(*(spelt(totals, what) or "0.00" for what in ("worth", "covered", "due")))
