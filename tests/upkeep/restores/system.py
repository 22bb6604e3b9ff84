"""A system on paper that can be given a backup: two things, swapped one after the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from upkeep.drivers.base import Baseline, DriverFailed, Finding
from upkeep.drivers.giving import Handover, Sight

OLD, NEW = "old", "new"
THINGS = ("files", "tables")


@dataclass
class PaperSystem:
    """Lies in a file, so that it outlives the worker. `tick` is called between any two effects.

    Steps in `failing` raise; `baseline` is what it is like, and None when it cannot be asked.
    """

    path: Path
    tick: Callable[[], None] = lambda: None
    failing: frozenset[str] = frozenset()
    free_bytes: int | None = 10**12
    database_free_bytes: int | None = 10**12
    firmware: str = "22.10.1"
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.path.exists():
            live = dict.fromkeys(THINGS, OLD)
            self._write({"live": live, "kept": {}, "staged": {}, "is_running": True})

    @property
    def now(self) -> dict[str, Any]:
        """Return how it is."""
        found: dict[str, Any] = json.loads(self.path.read_text())
        return found

    async def look(self, handover: Handover) -> Sight:
        """Tell of itself."""
        self._begin("look")
        baseline = {"table:a.t": self.now["live"]["tables"]}
        return Sight(self.firmware, self.free_bytes, (), baseline, self.database_free_bytes)

    async def stage(self, handover: Handover) -> None:
        """Read every piece to its end, and lay it beside."""
        self._begin("stage")
        for piece in handover.pieces:
            with piece.open() as plain:
                assert plain.read()
        for name in THINGS:
            self._change("staged", {**self.now["staged"], name: NEW})

    async def stop(self, handover: Handover) -> None:
        """Stop."""
        self._begin("stop")
        self._change("is_running", False)

    async def start(self, handover: Handover) -> None:
        """Start."""
        self._begin("start")
        self._change("is_running", True)

    async def swap(self, handover: Handover) -> None:
        """Swap one thing after the other."""
        for name in THINGS:
            now = self.now
            if name in now["staged"]:
                if name not in now["kept"]:
                    self._change("kept", {**now["kept"], name: now["live"][name]})
                self._change("live", {**now["live"], name: NEW})
                staged = {key: kept for key, kept in now["staged"].items() if key != name}
                self._change("staged", staged)
            self._begin("swap")

    async def swap_back(self, handover: Handover) -> None:
        """Swap them back."""
        self._begin("swap_back")
        for name in list(self.now["kept"]):
            now = self.now
            self._change("live", {**now["live"], name: now["kept"][name]})
            self._change("kept", {key: it for key, it in now["kept"].items() if key != name})

    async def verify(self, handover: Handover, baseline: Baseline) -> list[Finding]:
        """Compare the tables."""
        self._begin("verify")
        is_well = self.now["live"]["tables"] == baseline.get("table:a.t")
        return [] if is_well else [Finding("table", "The table a.t differs.", is_bad=True)]

    async def clear(self, handover: Handover) -> None:
        """Remove what lies beside."""
        self._begin("clear")
        self._change("staged", {})
        self._change("kept", {})

    def _begin(self, call: str) -> None:
        self.calls.append(call)
        if call in self.failing:
            raise DriverFailed(f"It did not {call}.")

    def _change(self, name: str, value: object) -> None:
        self.tick()
        self._write({**self.now, name: value})
        self.tick()

    def _write(self, state: dict[str, Any]) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(state))
        fresh.replace(self.path)


def is_whole(system: PaperSystem, content: str) -> bool:
    """Does it run with this content, and nothing lies beside?"""
    live = dict.fromkeys(THINGS, content)
    return system.now == {"live": live, "kept": {}, "staged": {}, "is_running": True}
