"""The drivers that bring a device to another version of its firmware, by kind.

Like every driver they know nothing of the database. Each call may come twice, also after one that
ended in its middle. What goes wrong is a `DriverFailed` in words for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from upkeep.drivers.apt import AptUpdater
from upkeep.drivers.base import Baseline, Finding, Reach, Settings
from upkeep.drivers.provisioning import HttpUpdater
from upkeep.drivers.wanted import Target

__all__ = ["UPDATERS", "Target", "UpdateDriver"]


class UpdateDriver(Protocol):
    """How devices of one kind are brought to a version, and back.

    What it reads of `settings`:

    `apt`: `package`; `sudo` (bool) and `services` (names) as a plan of backups has them.
    `http`: `sudo`, `manager_port`, and of the phone `folder`, `phone_file`, `key`, `base_url`,
    `endpoint`; `reach` leads to the phone system, which keeps the folder that phones fetch from.
    """

    kind: str

    async def version(self, reach: Reach, settings: Settings) -> str:
        """Return the version that runs now. Raises DriverFailed when it cannot be told."""

    def is_same(self, wanted: str, told: str) -> bool:
        """Is what the device tells of its version the wanted one? No network.

        A release may be written as its maker does, and a device tell how it was packed.
        """

    async def prepare(self, reach: Reach, settings: Settings, target: Target) -> list[Finding]:
        """Tell what speaks for and against the update; changes nothing. Raises DriverFailed.

        With a bad finding the update must not be started.
        """

    async def update(self, reach: Reach, settings: Settings, target: Target) -> None:
        """Bring it to `target`. Raises DriverFailed unless it is provably there."""

    async def roll_back(self, reach: Reach, settings: Settings, former: Target) -> None:
        """Bring it back to `former`, also out of the middle of an update. Raises DriverFailed."""

    async def verify(
        self, reach: Reach, settings: Settings, target: Target, baseline: Baseline
    ) -> list[Finding]:
        """Tell what is not as it has to be: its version, and what ran before. DriverFailed."""


UPDATERS: Mapping[str, UpdateDriver] = {one.kind: one for one in (AptUpdater(), HttpUpdater())}
