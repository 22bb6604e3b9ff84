"""What a worker holds in its hands while it updates a device, and what a step came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from upkeep.drivers.base import Reach
from upkeep.drivers.updating import Target, UpdateDriver
from upkeep.firmware.course import Ending, Step


@dataclass(frozen=True, slots=True)
class Work:
    """An update under a lease, with all that its step needs.

    `backup_driver` tells what the system is like; `was_begun` says that another worker began this
    very step and did not end it.
    """

    step: Step
    driver: UpdateDriver
    backup_driver: str
    reach: Reach
    settings: Mapping[str, Any]
    target: Target
    former: Target
    baseline: Mapping[str, Any]
    was_begun: bool = False


@dataclass(frozen=True, slots=True)
class Came:
    """What a step came to. `waits`: nothing yet. `is_verdict`: trying again would not help.

    `former` is the version that was found, `ends` an end at once; `facts` go into the baseline.
    """

    is_done: bool = True
    waits: bool = False
    words: str = ""
    is_verdict: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    former: str = ""
    ends: Ending | None = None

    @classmethod
    def failed(cls, words: str, *, is_verdict: bool = False) -> Came:
        """Return a failure, in words for people."""
        return cls(is_done=False, words=words[:500], is_verdict=is_verdict)
