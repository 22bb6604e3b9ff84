"""What every driver of backups is given, and what it gives back.

Drivers talk to equipment and know nothing of the database: they take a `Reach`, write into a sink,
and tell in frozen values what they found. What goes wrong is a `DriverFailed` in words for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

from monitoring.probes.digest import Login
from monitoring.probes.egress import EgressPolicy, Pinned, pin
from monitoring.probes.ssh_login import SshLogin

# What a plan was told, as `upkeep.backups.plan_settings` checked it: JSON values.
Settings = Mapping[str, Any]
# What a system was like when it was backed up: JSON values by dotted names; and what its plan was
# told then, under this one.
Baseline = dict[str, Any]
SETTINGS = "settings"
# How figures of a baseline begin: the checksum of a table, the state of a service.
TABLE = "table:"
SERVICE = "service:"


class DriverFailed(Exception):
    """It could not be done; the text is for people, and says what to do where that is known."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a machine is reached: its address is looked up and judged anew for every session.

    `login` carries the confirmed host key. `manager` is the login of a phone system's manager
    interface (AMI), where the credential holds one.
    """

    host: str
    port: int
    policy: EgressPolicy
    login: SshLogin
    manager: Login | None = field(default=None, repr=False)

    async def place(self) -> Pinned:
        """Return the checked address. Raises EgressRefused, or OSError for a name without one."""
        return await pin(self.host, self.port, self.policy)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person has to know of a system; `is_bad` when it is not as it has to be."""

    code: str
    words: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What a driver tells of a backup whose parts are all written."""

    firmware: str = ""
    baseline: Baseline = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Part(Protocol):
    """One part that is being written. Leaving its block without `finish` abandons it."""

    def __enter__(self) -> Part:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        """Abandon what was not finished."""

    def write(self, data: bytes, /) -> object:
        """Take more of the plain bytes."""

    def finish(self) -> object:
        """Say that the source told its end: only then is a part one."""


class Sink(Protocol):
    """Where a driver puts the parts of a backup."""

    def part(self, name: str, form: str) -> Part:
        """Give a part to write to; `form` is one of `upkeep.models.Form`."""

    def step(self, words: str) -> None:
        """Tell whoever watches what is done now."""


class Driver(Protocol):
    """How backups of one kind of system are taken, and how it is seen that it is well."""

    kind: str

    async def baseline(self, reach: Reach, settings: Settings) -> Baseline:
        """Tell what the system is like now. Raises DriverFailed."""

    async def take(self, reach: Reach, settings: Settings, sink: Sink) -> Taken:
        """Write every part into `sink`. Raises DriverFailed unless all are provably complete."""

    async def verify(self, reach: Reach, settings: Settings, baseline: Baseline) -> list[Finding]:
        """Compare the system with what it was like. Raises DriverFailed when it cannot be asked."""
