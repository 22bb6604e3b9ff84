"""What the shared template parts show. Views build these; templates/_shared/ only prints them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SlaState(StrEnum):
    """The four states of a promise. Each has a colour, an icon and a word."""

    OK = "ok"
    SOON = "soon"
    LATE = "late"
    IDLE = "idle"


@dataclass(frozen=True)
class NavItem:
    """One place of the portal. `count` stands beside the name (None: nothing), `key` opens it."""

    name: str
    url: str
    icon: str
    count: int | None = None
    current: bool = False
    key: str = ""


@dataclass(frozen=True)
class Shell:
    """What the frame around every page says about the provider. Empty means: leave it out."""

    name: str
    home_url: str = "/"
    search_url: str = ""
    new_ticket_url: str = ""
    phone: str = ""
    phone_href: str = ""


@dataclass(frozen=True)
class TimeLeft:
    """A clock as the reader sees it: time left, and the instant.

    `left` is already spelt ("3 h 20 m", "30 m over"). `left_seconds` (negative when over), `at`
    (epoch second at which it was true) and `windows` (JSON, `[[from, to], …]` in epoch seconds,
    the open windows of today and the next days) let the browser count on; without windows it
    stands still.
    `resumes` is set while the calendar is closed, `note` says why a clock does not count.
    """

    state: SlaState
    left: str
    due: datetime | None = None
    left_seconds: int = 0
    at: int = 0
    windows: str = ""
    resumes: datetime | None = None
    has_started: bool = True
    unit: str = "business time"
    note: str = ""
    contract_due: str = ""

    @property
    def needs_dot(self) -> bool:
        """Does a dot part the time from what follows, where both stand on one line?"""
        return self.due is None or self.state is SlaState.LATE

    @property
    def words(self) -> str:
        """What stands between the time left and the instant."""
        if self.due is None:
            return ""
        if self.state is SlaState.LATE:
            return "was due"
        if self.state is SlaState.IDLE:
            return "kept · not counting, due was"
        return f"of {self.unit} left · due" if self.unit else "left · due"


@dataclass(frozen=True)
class BarPiece:
    """One stretch of a clock bar. `kind` is past, ahead, over or off; x and width in per cent."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """A clock drawn to scale. Made by `calcom_portal.common.segbar.lay_out_bar`."""

    state: SlaState
    pieces: Sequence[BarPiece]
    label: str
    start_label: str
    end_label: str
    now_x: str = ""
    now_label: str = ""


@dataclass(frozen=True)
class WhyLine:
    """One stretch of time with its reason. `kind` is past, ahead, over or off."""

    kind: str
    when: str
    reason: str
    amount: str


@dataclass(frozen=True)
class Why:
    """The answer to "why this time?": one sentence, the stretches, the sum."""

    sentence: str
    lines: Sequence[WhyLine]
    sum_label: str = ""
    sum_amount: str = ""


@dataclass(frozen=True)
class Cover:
    """A verdict on money or a consequence. `kind` is yes, bill, none, hold, note or risk."""

    kind: str
    title: str
    text: str = ""
    clauses: Sequence[str] = ()


@dataclass(frozen=True)
class Moment:
    """One entry of a timeline. `place` is past, failed, now or next, which may have no instant."""

    when: datetime | None
    title: str
    text: str = ""
    place: str = "past"


@dataclass(frozen=True)
class Pager:
    """Where a list goes on. An empty address means: this is the end."""

    previous_url: str = ""
    next_url: str = ""
    label: str = ""
