"""What a device is to be brought to. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A version, and where it comes from.

    `package` is the name that a package manager knows it by; `url` is where its file is fetched,
    and `sha256` (hex) what that file must be.
    """

    version: str
    package: str = ""
    url: str = ""
    sha256: str = ""
