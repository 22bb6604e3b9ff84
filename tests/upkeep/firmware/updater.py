"""A device that is updated: a driver that remembers what it was asked, and what it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from upkeep.drivers.base import Baseline, DriverFailed, Finding, Reach, Settings
from upkeep.drivers.updating import Target


@dataclass
class FakeUpdater:
    """Runs `runs`; fails at the calls in `fails`, with words; finds `found` at the calls there.

    Of what it is brought to it tells as dpkg does, with what `packed` adds to it.
    """

    runs: str = "22.10.1"
    fails: set[str] = field(default_factory=set)
    found: dict[str, list[Finding]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    packed: str = ""
    kind: str = "apt"

    def _say(self, what: str) -> None:
        self.asked.append(what)
        if what in self.fails:
            raise DriverFailed(f"It would not {what}.")

    async def version(self, reach: Reach, settings: Settings) -> str:
        self._say("version")
        return self.runs

    def is_same(self, wanted: str, told: str) -> bool:
        return told in {wanted, f"1:{wanted}{self.packed}"}

    async def prepare(self, reach: Reach, settings: Settings, target: Target) -> list[Finding]:
        self._say("prepare")
        assert settings["package"] == target.package == "asterisk"
        return self.found.get("prepare", [])

    async def update(self, reach: Reach, settings: Settings, target: Target) -> None:
        self._say("update")
        self.runs = target.version

    async def roll_back(self, reach: Reach, settings: Settings, former: Target) -> None:
        self._say("roll_back")
        self.runs = former.version

    async def verify(
        self, reach: Reach, settings: Settings, target: Target, baseline: Baseline
    ) -> list[Finding]:
        self._say("verify")
        if not self.is_same(target.version, self.runs):
            return [Finding("other", f"It runs {self.runs}.", is_bad=True)]
        return self.found.get(f"verify {target.version}", [])


class FakeSystem:
    """What tells how the system is: as always."""

    async def baseline(self, reach: Reach, settings: Settings) -> dict[str, Any]:
        return {"phones": 12}

    async def verify(self, reach: Reach, settings: Settings, baseline: Baseline) -> list[Finding]:
        assert baseline == {"phones": 12}
        return []
