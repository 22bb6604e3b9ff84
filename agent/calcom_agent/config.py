"""What an agent keeps: who it is, whom it dials, whom it lets in, and where it may ask."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Self

USUAL_FOLDER = Path("/etc/calcom-agent")
CONFIG, KEY = "agent.json", "agent.key"


class NotSetUp(Exception):
    """The folder holds no agent, or one that cannot be understood; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """The agent's own file. `networks` (CIDR) is the whole list of where it may ask."""

    portal: str
    agent: int
    hubs: tuple[str, ...]
    hub_keys: tuple[str, ...]
    networks: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read it. Raises NotSetUp."""
        path = folder / CONFIG
        try:
            told: Any = json.loads(path.read_text(encoding="utf-8"))
            config = cls(
                portal=str(told["portal"]),
                agent=int(told["agent"]),
                hubs=tuple(map(str, told["hubs"])),
                hub_keys=tuple(map(str, told["hub_keys"])),
                networks=tuple(map(str, told["networks"])),
            )
            checked_networks(config.networks)
        except OSError as error:
            raise NotSetUp(f"{path} cannot be read: run `calcom-agent enrol` first.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise NotSetUp(f"{path} is not what enrolment wrote: {error}") from error
        return config

    def write(self, folder: Path) -> None:
        """Write it, for its owner's eyes only, all or nothing."""
        write_secret(folder / CONFIG, json.dumps(asdict(self), indent=2) + "\n")

    def with_hub_keys(self, keys: tuple[str, ...]) -> Self:
        """Return the same with the keys that the hub has now."""
        return replace(self, hub_keys=keys)


def checked_networks(told: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return networks. Raises ValueError for what is none, and for a list that allows nothing."""
    if not told:
        raise ValueError("no network is allowed, so nothing could be asked")
    return tuple(ip_network(text) for text in told)


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
