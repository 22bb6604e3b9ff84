"""What a line of a checklist asks, and which answers it takes. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Asked(StrEnum):
    """What is asked."""

    CONDITION = "condition"
    READING = "reading"
    YES_NO = "yes_no"
    TEXT = "text"

    @property
    def label(self) -> str:
        """Return the name for people."""
        return ASKED_LABELS[self]


class Result(StrEnum):
    """What was found."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    YES = "yes"
    NO = "no"
    NOTED = "noted"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """Return the name for people."""
        return RESULT_LABELS[self]

    @property
    def light(self) -> str:
        """Return ok, warn, crit or not_measurable: the word of the traffic light."""
        return LIGHTS[self]


ASKED_LABELS = {
    Asked.CONDITION: "Its condition",
    Asked.READING: "A reading",
    Asked.YES_NO: "Yes or no",
    Asked.TEXT: "A few words",
}
RESULT_LABELS = {
    Result.GOOD: "Good",
    Result.WATCH: "Watch",
    Result.BAD: "Act now",
    Result.YES: "Yes",
    Result.NO: "No",
    Result.NOTED: "Noted",
    Result.SKIPPED: "Not possible",
}
LIGHTS = {
    Result.GOOD: "ok",
    Result.YES: "ok",
    Result.NOTED: "ok",
    Result.WATCH: "warn",
    Result.NO: "warn",
    Result.BAD: "crit",
    Result.SKIPPED: "not_measurable",
}
# What a technician chooses from. A reading is judged by its bounds.
CHOICES = {
    Asked.CONDITION: (Result.GOOD, Result.WATCH, Result.BAD, Result.SKIPPED),
    Asked.READING: (Result.NOTED, Result.SKIPPED),
    Asked.YES_NO: (Result.YES, Result.NO, Result.SKIPPED),
    Asked.TEXT: (Result.NOTED, Result.SKIPPED),
}
# Without words nobody could act on these.
NEED_WORDS = frozenset({Result.BAD, Result.SKIPPED})
LARGEST_READING = 1e9


@dataclass(frozen=True, slots=True)
class Question:
    """A line of the checklist."""

    asked: Asked
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a technician found."""

    result: Result
    reading: float | None = None
    note: str = ""


class BadAnswer(ValueError):
    """An answer that the line does not take; the message is for the technician."""


def settle(question: Question, given: Answer) -> Answer:
    """Return the answer as it is kept. Raises BadAnswer."""
    if given.result is Result.SKIPPED or question.asked is not Asked.READING:
        return _chosen(question, given)
    if given.reading is None:
        raise BadAnswer("Write the number that you read.")
    if not math.isfinite(given.reading) or abs(given.reading) > LARGEST_READING:
        raise BadAnswer("Write a number that can be.")
    return Answer(judge(question, given.reading), given.reading, given.note)


def judge(question: Question, reading: float) -> Result:
    """Return whether a reading lies within its bounds, both included."""
    low_ok = question.low is None or reading >= question.low
    high_ok = question.high is None or reading <= question.high
    return Result.GOOD if low_ok and high_ok else Result.WATCH


def _chosen(question: Question, given: Answer) -> Answer:
    if given.result not in CHOICES[question.asked]:
        raise BadAnswer("Choose one of the answers of this line.")
    needs_words = given.result in NEED_WORDS or (
        question.asked is Asked.TEXT and given.result is Result.NOTED
    )
    if needs_words and not given.note:
        raise BadAnswer("Say in a few words what you found.")
    return Answer(given.result, None, given.note)
