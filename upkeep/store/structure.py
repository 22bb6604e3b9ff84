"""Whether the bytes of a part are whole, seen while they pass. Nothing is ever unpacked.

What is read is hostile: a checker keeps a bounded amount of it, follows no name in it, and tells
what it saw as findings. A bad one means that the part is not whole and must not be kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from upkeep.store.inside_gzip import Gunzipped
from upkeep.store.inside_raw import RawChecker
from upkeep.store.inside_sql import SqlChecker
from upkeep.store.inside_sqlite import SqliteChecker
from upkeep.store.inside_tar import TarChecker
from upkeep.store.inside_zip import ZipChecker
from upkeep.store.seen import Seen

__all__ = ["Checker", "PartForm", "Seen", "checker_for", "is_opened", "is_whole"]


class PartForm(StrEnum):
    """What the plain bytes of a part are; the same words as `upkeep.models.Form`."""

    TAR = "tar"
    SQL = "sql"
    SQLITE = "sqlite"
    ZIP = "zip"
    RAW = "raw"


class Checker(Protocol):
    """Looks at a stream from its first byte to its last."""

    def feed(self, data: bytes) -> None:
        """Look at more of it."""

    def end(self) -> list[Seen]:
        """Say what was seen; the stream is over."""


@dataclass(frozen=True, slots=True)
class _Kind:
    make: Callable[[], Checker]
    may_be_gzipped: bool


KINDS = {
    PartForm.TAR: _Kind(TarChecker, may_be_gzipped=True),
    PartForm.SQL: _Kind(SqlChecker, may_be_gzipped=True),
    PartForm.SQLITE: _Kind(SqliteChecker, may_be_gzipped=False),
    PartForm.ZIP: _Kind(ZipChecker, may_be_gzipped=False),
    PartForm.RAW: _Kind(RawChecker, may_be_gzipped=True),
}


def checker_for(form: str) -> Checker:
    """Return a checker for one stream of a form. Raises ValueError for an unknown one."""
    kind = KINDS[PartForm(form)]
    return Gunzipped(kind.make) if kind.may_be_gzipped else kind.make()


def is_whole(seen: list[Seen]) -> bool:
    """Is nothing bad among it?"""
    return not any(one.is_bad for one in seen)


def is_opened(seen: list[Seen]) -> bool:
    """Was everything looked at, and nothing bad found?"""
    return is_whole(seen) and not any(one.is_unsure for one in seen)
