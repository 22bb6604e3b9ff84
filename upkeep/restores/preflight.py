"""What has to be known before a restore may be confirmed. Pure (clause RESTORE)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

OPENED = 2
# A restore holds the old state, the staged new one, and what is unpacked meanwhile.
SPACE_FACTOR = 3
MB = 1_000_000


class Weight(StrEnum):
    """What a finding does. ASKS has to be accepted by whoever confirms, STOPS cannot be."""

    GOOD = "good"
    ASKS = "asks"
    STOPS = "stops"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of the preflight, in words for people."""

    code: str
    words: str
    weight: Weight = Weight.GOOD

    def to_dict(self) -> dict[str, str]:
        """Return the JSON form, which is kept with the restore."""
        return {"code": self.code, "words": self.words, "weight": self.weight.value}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Read the JSON form."""
        return cls(kept["code"], kept["words"], Weight(kept["weight"]))


@dataclass(frozen=True, slots=True)
class Artifact:
    """What our books know of the backup. `forms` has the form of each part by its name;
    `dump_bytes` is what the dumps of databases are of `plain_bytes`, and `character_sets` names the
    databases whose character set it tells."""

    level: int
    is_damaged: bool
    plain_bytes: int
    firmware: str
    forms: Mapping[str, str]
    dump_bytes: int = 0
    character_sets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Looked:
    """What the system told. None where it does not tell."""

    firmware: str
    free_bytes: int | None
    missing_tools: tuple[str, ...] = ()
    database_free_bytes: int | None = None
    absent_databases: tuple[str, ...] = ()


def look_in_books(artifact: Artifact) -> list[Found]:
    """Judge the backup itself."""
    return [_level(artifact), _forms(artifact)]


def look_at_system(artifact: Artifact, looked: Looked) -> list[Found]:
    """Judge whether the system can take the backup."""
    findings = [_firmware(artifact, looked), _space(artifact, looked), _tools(looked)]
    if artifact.dump_bytes:
        findings.append(_database_space(artifact, looked))
    return [*findings, *_character_sets(artifact, looked)]


def look_in_dumps(refusals: Iterable[str]) -> list[Found]:
    """Judge what the dumps of databases hold; `refusals` say why they cannot be given back."""
    return [Found("dumps", words, Weight.STOPS) for words in refusals]


def must_accept(findings: Iterable[Found]) -> frozenset[str]:
    """Return the codes of what has to be accepted."""
    return frozenset(found.code for found in findings if found.weight is Weight.ASKS)


def stops(findings: Iterable[Found]) -> list[Found]:
    """Return what cannot be accepted."""
    return [found for found in findings if found.weight is Weight.STOPS]


def _level(artifact: Artifact) -> Found:
    if artifact.is_damaged:
        return Found("level", "The backup is damaged. Choose another one.", Weight.STOPS)
    if artifact.level < OPENED:
        words = "This backup was not checked yet. Choose one that was."
        return Found("level", words, Weight.STOPS)
    return Found("level", "The backup was checked.")


def _forms(artifact: Artifact) -> Found:
    raw = sorted(name for name, form in artifact.forms.items() if form == "raw")
    if raw:
        words = (
            f"Only the maker's own tool can give back {', '.join(raw)}: download the backup, and "
            "restore it by hand."
        )
        return Found("forms", words, Weight.STOPS)
    return Found("forms", "All chosen parts can be given back by the portal.")


def _firmware(artifact: Artifact, looked: Looked) -> Found:
    then, now = artifact.firmware, looked.firmware
    if not then or not now:
        words = "The version of the system is not known for then and now: compare them yourself."
        return Found("firmware", words, Weight.ASKS)
    if then == now:
        return Found("firmware", f"The version is the same as then: {now}.")
    words = (
        f"The backup is of version {then}, and the system has {now} now. Settings that came "
        "between may be missing."
    )
    return Found("firmware", words, Weight.ASKS)


def _space(artifact: Artifact, looked: Looked) -> Found:
    needed = artifact.plain_bytes * SPACE_FACTOR
    if looked.free_bytes is None:
        return Found("space", "The system does not tell how much space is free.", Weight.ASKS)
    free, wanted = _mb(looked.free_bytes), _mb(needed)
    if looked.free_bytes < needed:
        words = f"{free} are free on the system, and {wanted} are needed. Make room first."
        return Found("space", words, Weight.STOPS)
    return Found("space", f"{free} are free on the system, {wanted} are needed.")


def _database_space(artifact: Artifact, looked: Looked) -> Found:
    """Judge the disk of the databases, which may be another one."""
    code, needed = "database_space", artifact.dump_bytes * SPACE_FACTOR
    if looked.database_free_bytes is None:
        words = "The database server does not tell how much space is free on its disk."
        return Found(code, words, Weight.ASKS)
    free, wanted = _mb(looked.database_free_bytes), _mb(needed)
    if looked.database_free_bytes < needed:
        words = (
            f"{free} are free where the databases lie, and {wanted} are needed. Make room first."
        )
        return Found(code, words, Weight.STOPS)
    return Found(code, f"{free} are free where the databases lie, {wanted} are needed.")


def _character_sets(artifact: Artifact, looked: Looked) -> list[Found]:
    """Judge the databases that have to be created: older backups do not tell how."""
    untold = sorted(set(looked.absent_databases) - artifact.character_sets)
    if not untold:
        return []
    names = ", ".join(untold)
    words = (
        f"The system has no {names} any more, and this older backup does not tell with which "
        "character set it was made: it gets that of the server. Its tables keep their own."
    )
    return [Found("character_set", words, Weight.ASKS)]


def _tools(looked: Looked) -> Found:
    if looked.missing_tools:
        words = f"The system lacks {', '.join(looked.missing_tools)}. Install that first."
        return Found("tools", words, Weight.STOPS)
    return Found("tools", "The system has all the programs that a restore needs.")


def _mb(count: int) -> str:
    return f"{max(1, round(count / MB)):,} MB"
