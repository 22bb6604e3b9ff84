"""The steps of one update, as a table. Pure.

`UPDATE` is the first step that changes the system. What fails before it leaves everything as it
was; what fails from it on is rolled back.
"""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """What is done, one after the other."""

    PREPARE = "prepare"
    BACKUP = "backup"
    UPDATE = "update"
    VERIFY = "verify"
    AFTERWARDS = "afterwards"
    ROLL_BACK = "roll_back"
    PROVE_BACK = "prove_back"

    @property
    def label(self) -> str:
        """Return the words for people."""
        return LABELS[self]


LABELS = {
    Step.PREPARE: "Looking at the system",
    Step.BACKUP: "Backup before the update",
    Step.UPDATE: "Update",
    Step.VERIFY: "Checking that it works",
    Step.AFTERWARDS: "Backup after the update",
    Step.ROLL_BACK: "Going back to the former version",
    Step.PROVE_BACK: "Checking that it works as before",
}


class Ending(StrEnum):
    """How an update ended."""

    UPDATED = "updated"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    STUCK = "stuck"


NEXT: dict[tuple[Step, bool], Step | Ending] = {
    (Step.PREPARE, True): Step.BACKUP,
    (Step.PREPARE, False): Ending.FAILED,
    (Step.BACKUP, True): Step.UPDATE,
    (Step.BACKUP, False): Ending.FAILED,
    (Step.UPDATE, True): Step.VERIFY,
    (Step.UPDATE, False): Step.ROLL_BACK,
    (Step.VERIFY, True): Step.AFTERWARDS,
    (Step.VERIFY, False): Step.ROLL_BACK,
    # The system works and has the new version: a backup that fails is said, nothing is undone.
    (Step.AFTERWARDS, True): Ending.UPDATED,
    (Step.AFTERWARDS, False): Ending.UPDATED,
    (Step.ROLL_BACK, True): Step.PROVE_BACK,
    (Step.ROLL_BACK, False): Ending.STUCK,
    (Step.PROVE_BACK, True): Ending.ROLLED_BACK,
    (Step.PROVE_BACK, False): Ending.STUCK,
}


def after(step: Step, *, is_well: bool) -> Step | Ending:
    """Return what follows a step."""
    return NEXT[step, is_well]


def changed_the_system(step: Step) -> bool:
    """Has the system been changed when this step is reached?"""
    return step not in {Step.PREPARE, Step.BACKUP}
