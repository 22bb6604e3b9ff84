"""What a step is given, and how it tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from upkeep.restores.holding import Held

# The fact of a failed step that says whose fault it was.
OURS = "our_side"
# The fact of a rehearsal that names the parts that it could not restore.
LEFT_OUT = "left_out"
# The fact of a rehearsal that tells what a phone system started from the backup had read.
STARTED = "started"


@dataclass(frozen=True, slots=True)
class Done:
    """The step is done. `facts` are plain JSON values for later steps."""

    words: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waits:
    """The step goes on after a while; no worker waits for it."""

    look_in: timedelta
    words: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class StepFailed(Exception):
    """The step did not work; the text is for people."""


class VaultLacks(StepFailed):
    """The step did not work because of something on our own side: no customer's fault."""


@dataclass(frozen=True, slots=True)
class Work:
    """One call of a step. `told` is what its facts, and those it looks back to, have told."""

    held: Held
    told: dict[str, Any]


Result = Done | Waits
