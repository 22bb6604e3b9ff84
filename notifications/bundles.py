"""What the sender holds in its hands: notices of one person that travel as one mail. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail. `now` is when the newest event in it happened: "today" means that day."""

    name: str
    address: str
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Sender:
    """The provider in whose name a mail is sent."""

    provider_id: int
    name: str
    slug: str
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice, as it is written in a mail."""

    notice_id: int
    kind: str
    payload: dict[str, Any]
    subject_ref: str
    critical: bool
    ladder_step: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """One mail to be: its letters in order, and the lease under which it is sent."""

    message_id: str
    token: UUID
    tries: int
    queued_at: datetime
    sender: Sender
    reader: Reader
    letters: tuple[Letter, ...]

    @property
    def notice_ids(self) -> list[int]:
        """Return the rows behind the letters."""
        return [letter.notice_id for letter in self.letters]

    @property
    def is_critical(self) -> bool:
        """Does somebody have to acknowledge it?"""
        return any(letter.critical for letter in self.letters)
