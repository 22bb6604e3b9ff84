"""Where on a system each part of its backup belongs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DATABASE_PART = re.compile(r"db-([A-Za-z0-9_]{1,64})")
SQLITE_PART = re.compile(r"sqlite-([1-9][0-9]?)")
# The parts of the drivers that are archives, and the setting that names their paths.
ARCHIVES: Mapping[str, Mapping[str, str]] = {
    "ssh": {"config": "paths"},
    "asterisk": {"config": "config", "voicemail": "voicemail", "files": "paths"},
}


@dataclass(frozen=True, slots=True)
class Files:
    """Folders and files, by absolute paths, none within another."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file that is given back as it is, such as an SQLite database."""

    path: str


@dataclass(frozen=True, slots=True)
class Database:
    """A MariaDB or MySQL database."""

    name: str


Target = Files | OneFile | Database


def target_of(driver: str, settings: Mapping[str, Any], part: str) -> Target | None:
    """Return where a part belongs; None for one that its driver did not make.

    `settings` are those of the plan at the time of the backup.
    """
    if name := ARCHIVES.get(driver, {}).get(part):
        paths = _outermost(_listed(settings.get(name)))
        return Files(paths) if paths else None
    if found := DATABASE_PART.fullmatch(part):
        return Database(found[1])
    if driver == "asterisk" and part == "astdb" and settings.get("astdb"):
        return OneFile(str(settings["astdb"]))
    if found := SQLITE_PART.fullmatch(part):
        files, number = _listed(settings.get("sqlite")), int(found[1])
        return OneFile(files[number - 1]) if number <= len(files) else None
    return None


def _listed(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _outermost(paths: Sequence[str]) -> tuple[str, ...]:
    """Leave out what lies within another: it comes and goes with that."""
    return tuple(
        path
        for path in dict.fromkeys(paths)
        if not any(path != other and path.startswith(f"{other}/") for other in paths)
    )
