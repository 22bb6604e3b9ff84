"""A customer leaves: what that means, done by every app for its own, through a registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from accounts.models import Customer
from accounts.viewer import Viewer

# Names and addresses of a customer's people are kept for questions, then they can be erased.
KEPT_FOR = timedelta(days=90)
SHOWN = 8
FORMER = "Former colleague"


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that the leaving changes: "3 contracts end", with the first of them by name."""

    text: str
    names: Sequence[str] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a customer leaves: the last day, and whether their open tickets are closed then."""

    last_day: date
    closes_tickets: bool


class Step(Protocol):
    """What one app does when a customer leaves."""

    def foresee(self, customer: Customer, leaving: Leaving) -> Sequence[Consequence]:
        """Return what would change, in words."""

    def carry_out(self, customer: Customer, leaving: Leaving, actor: Viewer) -> None:
        """Change it, when the last day is over."""

    def erase(self, customer: Customer) -> None:
        """Erase the names of the customer's people from what is not sealed."""


_steps: list[Step] = []


def register_leaving(step: Step) -> None:
    """Ask `step` when a customer leaves. What is registered last goes first: upper apps."""
    if step not in _steps:
        _steps.insert(0, step)


def foresee(customer: Customer, leaving: Leaving) -> list[Consequence]:
    """Return everything that would change."""
    return [one for step in _steps for one in step.foresee(customer, leaving)]


def carry_out(customer: Customer, leaving: Leaving, actor: Viewer) -> None:
    """Change everything, in one transaction."""
    for step in _steps:
        step.carry_out(customer, leaving, actor)


def erase(customer: Customer) -> None:
    """Erase names everywhere but in the ledgers."""
    for step in _steps:
        step.erase(customer)


def several(count: int, one: str, many: str) -> str:
    """Return "1 contract ends" or "3 contracts end"."""
    return f"{count} {one if count == 1 else many}"
