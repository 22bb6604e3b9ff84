"""What is wrong with a list, in words for the clerk who has to put it right. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListProblem:
    """Something in the way: the row as the spreadsheet counts it (0: the whole file), the column.

    `remedy` says what to do now.
    """

    row: int
    column: str
    message: str
    remedy: str

    @property
    def words(self) -> str:
        """Return message and remedy in one line."""
        return f"{self.message} {self.remedy}".strip()


class UnreadableList(Exception):
    """The file as a whole cannot be read; nothing is known about its rows."""

    def __init__(self, *problems: ListProblem) -> None:
        super().__init__(" ".join(problem.words for problem in problems))
        self.problems = problems


class BadCell(Exception):
    """A value that its column cannot hold."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def unreadable(message: str, remedy: str, *, row: int = 0, column: str = "") -> UnreadableList:
    """Return the error for a file that cannot be read."""
    return UnreadableList(ListProblem(row, column, message, remedy))
