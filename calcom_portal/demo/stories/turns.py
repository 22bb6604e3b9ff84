"""What a story is made of. Texts may name {site} {device} {room} {product} {ext} {me} {tech}.

`after` is counted in business hours since the turn before. The first public word of staff comes
when the scenario wants the answer to come, whatever its `after`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from contracts.models import DeviceKind
from contracts.sla import Party, Priority
from tickets.models import Kind
from tickets.triage import Answers, Handset, HowMany, Reachable


class Verb(StrEnum):
    """What is done, by whom follows from it."""

    OPEN = "open"
    CLAIM = "claim"
    ASSIGN = "assign"
    WATCH = "watch"
    SAY = "say"
    WRITE = "write"
    CALL = "call"
    NOTE = "note"
    HOLD = "hold"
    RESUME = "resume"
    RAISE = "raise"
    LOWER = "lower"
    SCHEDULE = "schedule"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    MERGE = "merge"
    ACKNOWLEDGE = "acknowledge"
    LABOUR = "labour"


# The first of these is the answer.
ANSWERS: Final = frozenset({Verb.SAY, Verb.CALL, Verb.RESOLVE})


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happens. `days` is the length of a hold, or how far off a visit is."""

    verb: Verb
    text: str = ""
    after: float = 1.0
    party: Party | None = None
    days: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A request and how it goes on. `about` is the kind of device; None: nothing in particular.

    `only` names the customers to whom it can happen; empty: to everybody.
    """

    subjects: tuple[str, ...]
    text: str
    turns: tuple[Turn, ...]
    kind: Kind = Kind.PROBLEM
    about: DeviceKind | None = DeviceKind.PHONE
    answers: Answers = field(default_factory=Answers)
    only: tuple[str, ...] = ()
    file: str = ""
    twin: str = ""


def says(text: str, after: float = 1.0, file: str = "") -> Turn:
    """Staff answers."""
    return Turn(Verb.SAY, text, after, file=file)


def writes(text: str, after: float = 1.5, file: str = "") -> Turn:
    """The reporter writes."""
    return Turn(Verb.WRITE, text, after, file=file)


def calls(text: str, after: float = 1.0) -> Turn:
    """Staff logs a call."""
    return Turn(Verb.CALL, text, after)


def notes(text: str, after: float = 0.3) -> Turn:
    """Staff writes an internal note."""
    return Turn(Verb.NOTE, text, after)


def holds(party: Party, reason: str, days: int = 0, after: float = 0.2) -> Turn:
    """Staff waits for somebody, for some days or until further notice."""
    return Turn(Verb.HOLD, reason, after, party=party, days=days)


def resumes(after: float = 6.0) -> Turn:
    """Staff goes on."""
    return Turn(Verb.RESUME, after=after)


def raises(reason: str, after: float = 0.3) -> Turn:
    """Staff makes it an emergency."""
    return Turn(Verb.RAISE, reason, after)


def lowers(reason: str, after: float = 0.3) -> Turn:
    """Staff makes it a minor problem."""
    return Turn(Verb.LOWER, reason, after)


def visits(days: int = 1, after: float = 0.2) -> Turn:
    """Staff agrees on a time, some business days off."""
    return Turn(Verb.SCHEDULE, "", after, days=days)


def resolves(text: str, after: float = 2.0) -> Turn:
    """Staff resolves."""
    return Turn(Verb.RESOLVE, text, after)


def reopens(text: str, after: float = 9.0) -> Turn:
    """The reporter says that it is not solved."""
    return Turn(Verb.REOPEN, text, after)


DOWN: Final = Answers(Handset.DEAD, HowMany.ALL, Reachable.NO)
DEAD_DESKS: Final = Answers(Handset.DEAD, HowMany.SEVERAL, Reachable.IN_PART)
NO_CALLS: Final = Answers(Handset.CALLS_FAIL, HowMany.ALL, Reachable.NO)
DROPS: Final = Answers(Handset.CALLS_FAIL, HowMany.SEVERAL, Reachable.YES)
ONE_DEAD: Final = Answers(Handset.DEAD, HowMany.ONE, Reachable.YES)
STATIC: Final = Answers(Handset.BAD_SOUND, HowMany.ONE, Reachable.YES)
NOISE: Final = Answers(Handset.BAD_SOUND, HowMany.SEVERAL, Reachable.YES)
NETWORK: Final = Answers(Handset.NOT_A_PHONE, None, Reachable.YES)
# One station whose calls work: its display, its headset.
PART_OF_ONE: Final = Answers(Handset.NOT_A_PHONE, HowMany.ONE, Reachable.YES)

EMERGENCY, MINOR = Priority.EMERGENCY, Priority.MINOR
