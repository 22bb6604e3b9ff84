"""From four plain questions to a priority, by the words of clause RESPONSE. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.sla.targets import Priority


class Handset(StrEnum):
    """What happens when you lift the handset?"""

    DEAD = "dead"
    CALLS_FAIL = "calls_fail"
    BAD_SOUND = "bad_sound"
    NOT_A_PHONE = "not_a_phone"


class HowMany(StrEnum):
    """How many phones?"""

    ONE = "one"
    SEVERAL = "several"
    ALL = "all"


class Reachable(StrEnum):
    """Can callers reach you at all?"""

    YES = "yes"
    IN_PART = "in_part"
    NO = "no"


HANDSET_LABELS = {
    Handset.DEAD: "No dial tone, or the phone is dead",
    Handset.CALLS_FAIL: "Dial tone, but calls fail or drop",
    Handset.BAD_SOUND: "Static, echo or faint voices",
    Handset.NOT_A_PHONE: "It is not about a phone",
}
HOW_MANY_LABELS = {HowMany.ONE: "One", HowMany.SEVERAL: "Several", HowMany.ALL: "All"}
REACHABLE_LABELS = {Reachable.YES: "Yes", Reachable.IN_PART: "In part", Reachable.NO: "No"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the reporter said. A question that was not answered is None."""

    handset: Handset | None = None
    how_many: HowMany | None = None
    reachable: Reachable | None = None

    @classmethod
    def from_dict(cls, answers: dict[str, str]) -> Answers:
        """Read the stored form. Raises ValueError for an answer that was not offered."""
        return cls(
            handset=Handset(answers["handset"]) if answers.get("handset") else None,
            how_many=HowMany(answers["how_many"]) if answers.get("how_many") else None,
            reachable=Reachable(answers["reachable"]) if answers.get("reachable") else None,
        )

    def to_dict(self) -> dict[str, str]:
        """Return the stored form, without what was not answered."""
        pairs = (
            ("handset", self.handset),
            ("how_many", self.how_many),
            ("reachable", self.reachable),
        )
        return {name: answer.value for name, answer in pairs if answer is not None}


@dataclass(frozen=True, slots=True)
class Triage:
    """The priority, and why, for the person who answered."""

    priority: Priority
    reason: str


SYSTEM_DOWN = (
    "Callers cannot reach you: the agreement calls a phone system that is down an emergency."
)
ALL_DEAD = "All phones are dead: the agreement calls a phone system that is down an emergency."
NO_DIAL_TONE = "Several phones have no dial tone: the agreement calls that an emergency."
DEAD_SOMEWHERE = (
    "There is no dial tone, and it is not said on how many phones: the agreement calls no dial tone"
    " an emergency."
)
NO_CALLS = "Calls fail on all phones: the agreement calls a phone system that is down an emergency."
ONE_STATION = "One phone is affected: the agreement calls trouble with one station a minor problem."
STATIC = "The line is noisy but works: the agreement calls static on a line a minor problem."
WORKING = "Calls still work in part: the agreement calls that a minor problem."
FAIL_SOMEWHERE = (
    "Calls fail, and it is not said that they do on all phones: the agreement calls that a minor"
    " problem."
)
NOT_KNOWN = (
    "Nothing points to a phone system that is down: the agreement calls that a minor problem."
)
NOT_PHONES = "The phones work: the agreement calls everything else a minor problem."

REQUEST_REASON = "A request for work, not a fault."

E, M = Priority.EMERGENCY, Priority.MINOR
# The first line that fits decides; an empty column fits every answer, also a missing one.
RULES: tuple[tuple[Handset | None, HowMany | None, Reachable | None, Triage], ...] = (
    (None, None, Reachable.NO, Triage(E, SYSTEM_DOWN)),
    (Handset.DEAD, HowMany.ALL, None, Triage(E, ALL_DEAD)),
    (Handset.DEAD, HowMany.SEVERAL, None, Triage(E, NO_DIAL_TONE)),
    (Handset.CALLS_FAIL, HowMany.ALL, None, Triage(E, NO_CALLS)),
    (Handset.BAD_SOUND, None, None, Triage(M, STATIC)),
    (Handset.NOT_A_PHONE, None, None, Triage(M, NOT_PHONES)),
    (None, HowMany.ONE, None, Triage(M, ONE_STATION)),
    (Handset.CALLS_FAIL, HowMany.SEVERAL, None, Triage(M, WORKING)),
    (Handset.CALLS_FAIL, None, Reachable.YES, Triage(M, WORKING)),
    (Handset.CALLS_FAIL, None, Reachable.IN_PART, Triage(M, WORKING)),
    (Handset.CALLS_FAIL, None, None, Triage(M, FAIL_SOMEWHERE)),
    # No dial tone, and nobody said how many: better answered too soon.
    (Handset.DEAD, None, None, Triage(E, DEAD_SOMEWHERE)),
    (None, None, None, Triage(M, NOT_KNOWN)),
)


def triage(answers: Answers) -> Triage:
    """Return the priority that the agreement gives to what was reported."""
    given = (answers.handset, answers.how_many, answers.reachable)
    return next(
        decided
        for *wanted, decided in RULES
        if all(want is None or want == got for want, got in zip(wanted, given, strict=True))
    )
