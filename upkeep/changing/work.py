"""What a worker holds in its hands while it makes a change, and what a step came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from upkeep.changes.catalogue import KINDS, PJSIP, Kind
from upkeep.changes.steps import Step
from upkeep.changing.sheets import OpenFile
from upkeep.changing.systems import Changeable
from upkeep.drivers.base import Reach
from upkeep.drivers.changing import Swap
from upkeep.models import Change


@dataclass(frozen=True, slots=True)
class Work:
    """A change under a lease, with all that its step needs. `former` are the files of the change
    that it undoes."""

    change: Change
    step: Step
    system: Changeable
    reach: Reach
    answers: Mapping[str, str] = field(repr=False)
    files: Sequence[OpenFile] = field(repr=False)
    former: Sequence[OpenFile] = field(default=(), repr=False)

    @property
    def kind(self) -> Kind | None:
        """Return what is changed; None where a change is undone."""
        return KINDS.get(self.change.kind)

    @property
    def pjsip(self) -> str:
        """Return the path of the file that tells who signs in."""
        return self.system.path_of(PJSIP)

    def forth(self) -> list[Swap]:
        """Return what makes the change."""
        return [Swap(one.path, one.before, one.after) for one in self.files]

    def back(self) -> list[Swap]:
        """Return what takes it back."""
        return [Swap(one.path, one.after, one.before) for one in self.files]


@dataclass(frozen=True, slots=True)
class Came:
    """What a step came to. `waits`: nothing yet. `is_verdict`: trying again would not help.

    `facts` go into the baseline of the change; `files` are kept with it.
    """

    is_done: bool = True
    waits: bool = False
    words: str = ""
    is_verdict: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[OpenFile] = field(default=(), repr=False)

    @classmethod
    def failed(cls, words: str, *, is_verdict: bool = False) -> Came:
        """Return a failure, in words for people."""
        return cls(is_done=False, words=words[:500], is_verdict=is_verdict)
