"""Figures against targets, as a table."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 66


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. Without a limit it only informs. `at_least`: more is better."""

    what: str
    measured: float
    limit: float | None = None
    unit: str = ""
    at_least: bool = False
    note: str = ""

    @property
    def is_ok(self) -> bool:
        """Is the target met?"""
        if self.limit is None:
            return True
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def line(self) -> str:
        """Return the line of the table."""
        target = verdict = ""
        if self.limit is not None:
            target = f"{'≥' if self.at_least else '≤'} {number(self.limit)} {self.unit}"
            verdict = "ok" if self.is_ok else "NO"
        value = f"{number(self.measured)} {self.unit}"
        return f"{self.what:<{WIDTH}} {value:>14}  {target:>14}  {verdict:<2} {self.note}".rstrip()


def number(value: float) -> str:
    """Return a number with three digits that count."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def report(title: str, figures: list[Figure]) -> None:
    """Print the table; end with status 1 when a target is missed."""
    print(f"\n{title}\n{'-' * len(title)}")
    print(f"{'figure':<{WIDTH}} {'measured':>14}  {'target':>14}")
    for figure in figures:
        print(figure.line())
    if not all(figure.is_ok for figure in figures):
        raise SystemExit(1)
