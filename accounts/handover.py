"""What a person has in hand, and who takes it: a registry that upper apps fill in `ready()`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from accounts.models import Membership
from accounts.viewer import Viewer


@dataclass(frozen=True, slots=True)
class InHand:
    """One thing that somebody has in hand. `url` is a path of the portal."""

    reference: str
    subject: str
    url: str


class Hands(Protocol):
    """What an upper app knows of somebody's work."""

    def held_by(self, person: Membership, most: int) -> Sequence[InHand]:
        """Return up to `most` things that the person has in hand, the oldest first."""

    def hand_over(self, person: Membership, successor: Membership | None, actor: Viewer) -> int:
        """Give all of them to the successor (None: back to the queue); return how many."""


_hands: list[Hands] = []


def register_hands(hands: Hands) -> None:
    """Ask `hands` when somebody leaves."""
    if hands not in _hands:
        _hands.append(hands)


def held_by(person: Membership, most: int) -> list[InHand]:
    """Return up to `most` things that the person has in hand."""
    return [thing for hands in _hands for thing in hands.held_by(person, most)][:most]


def hand_over(person: Membership, successor: Membership | None, actor: Viewer) -> int:
    """Give everything that the person has in hand to the successor; return how many things."""
    return sum(hands.hand_over(person, successor, actor) for hands in _hands)
