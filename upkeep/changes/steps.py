"""The steps of a change: what follows what, and what a failure leads to. Pure (clause PROGRAM).

What is next is written down before a worker begins it, so one that takes over from a dead worker
does the same step again; each may be done twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """One step. From PUT_BACK on it is the way back."""

    READ = "read"
    BASELINE = "baseline"
    BEFORE = "before"
    APPLY = "apply"
    VERIFY = "verify"
    AFTER = "after"
    PUT_BACK = "put_back"
    VERIFY_BACK = "verify_back"


class End(StrEnum):
    """Where a change comes to rest; the values are those of `models.ChangeState`."""

    READY = "ready"
    MADE = "made"
    TAKEN_BACK = "taken_back"
    FAILED = "failed"
    STUCK = "stuck"


Next = Step | End


@dataclass(frozen=True, slots=True)
class Rule:
    """What a step is called, what follows it, and what follows when it fails.

    `tries` is how often it is tried, dead workers included, before it counts as failed.
    """

    title: str
    done: Next
    failed: Next
    tries: int = 2


# A customer's phones may stand still: the way back is tried longer.
PATIENT = 6

RULES: Mapping[Step, Rule] = {
    Step.READ: Rule("Read the files of the system", End.READY, End.FAILED, tries=3),
    Step.BASELINE: Rule("Look at what works now", Step.BEFORE, End.FAILED, tries=3),
    Step.BEFORE: Rule("Take a backup before", Step.APPLY, End.FAILED, tries=3),
    # A worker that died in it may have written already.
    Step.APPLY: Rule("Write the files, and load them", Step.VERIFY, Step.PUT_BACK),
    Step.VERIFY: Rule("See that everything works", Step.AFTER, Step.PUT_BACK),
    Step.AFTER: Rule("Take a backup after", End.MADE, End.MADE, tries=3),
    Step.PUT_BACK: Rule("Put the former files back", Step.VERIFY_BACK, End.STUCK, tries=PATIENT),
    Step.VERIFY_BACK: Rule("See that all is as before", End.TAKEN_BACK, End.STUCK, tries=PATIENT),
}
WAY_BACK = frozenset({Step.PUT_BACK, Step.VERIFY_BACK})


def after(step: Step, *, is_done: bool, tries: int) -> Next:
    """Return what follows a step that was tried for the `tries`-th time."""
    rule = RULES[step]
    if is_done:
        return rule.done
    # Only what may have been the network's fault is tried again; a verdict is one.
    return step if tries < rule.tries else rule.failed
