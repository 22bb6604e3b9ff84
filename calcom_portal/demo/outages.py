"""What went out in the demo's three months: which equipment, when, for how long, who cared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from calcom_portal.demo.equipment import CALLS, PHONE, POWER, SWITCH, Asked

ZONE: Final = ZoneInfo("America/Los_Angeles")
MINUTE: Final = timedelta(minutes=1)
SATURDAY: Final = 5


class Care(StrEnum):
    """What a technician does with the ticket of an outage."""

    CLAIM = "claim"
    NOTE = "note"
    CALL = "call"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that a technician does, so long after the ticket was opened."""

    after: timedelta
    care: Care
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """Equipment that fell silent: at `clock` local time on a working day `days_ago`, or `ago`.

    `lasts` of None: it is out at the load. `times` above one: it comes and goes. `is_planned`:
    somebody works on it.
    """

    customer: str
    site: str
    asked: Asked
    device: str
    days_ago: int = 0
    clock: time = time()
    ago: timedelta = timedelta()
    lasts: timedelta | None = None
    words: str = "No answer within 5 s"
    times: int = 1
    is_planned: bool = False
    turns: Sequence[Turn] = ()

    def began(self, now: datetime) -> datetime:
        """Return its first failure."""
        if self.ago:
            return now - self.ago
        day = now.astimezone(ZONE).date() - timedelta(days=self.days_ago)
        while day.weekday() >= SATURDAY:
            day -= timedelta(days=1)
        return datetime.combine(day, self.clock, ZONE)


OUTAGES: Final = (
    # Nobody was there: it came back, and its ticket closed by itself.
    Outage(
        "C-1002",
        "Oakland",
        CALLS,
        "Main phone system",
        days_ago=58,
        clock=time(2, 14),
        lasts=38 * MINUTE,
    ),
    Outage(
        "C-1001",
        "Sunset",
        SWITCH,
        "Network switch",
        days_ago=41,
        clock=time(10, 21),
        lasts=24 * MINUTE,
        words="Connection refused",
        turns=(
            Turn(3 * MINUTE, Care.CLAIM),
            Turn(
                8 * MINUTE,
                Care.CALL,
                "Spoke with the front desk: the lights flickered, and the switch has stayed dark."
                " They are pulling its plug for a minute.",
            ),
            Turn(
                50 * MINUTE,
                Care.RESOLVE,
                "The switch had hung after a dip of the mains. It is back, and so is everything"
                " behind it. It moves to the battery backup at the next visit.",
            ),
        ),
    ),
    Outage(
        "C-1004",
        "Main campus",
        POWER,
        "Battery backup",
        days_ago=26,
        clock=time(13, 5),
        lasts=125 * MINUTE,
        words="Connection refused",
        turns=(
            Turn(31 * MINUTE, Care.CLAIM),
            Turn(44 * MINUTE, Care.NOTE, "Its network card hangs; the load itself is carried."),
            Turn(
                150 * MINUTE,
                Care.RESOLVE,
                "The network card of the battery backup was restarted. Power was never at risk.",
            ),
        ),
    ),
    Outage(
        "C-1001",
        "Market Street",
        CALLS,
        "Main phone system",
        days_ago=12,
        clock=time(12, 32),
        lasts=9 * MINUTE,
        words="SIP answered 503 Service Unavailable",
        turns=(
            Turn(2 * MINUTE, Care.CLAIM),
            Turn(
                5 * MINUTE,
                Care.CALL,
                "Called the practice manager: the carrier works on the line, and had not told us."
                " Calls come back within minutes.",
            ),
            Turn(
                70 * MINUTE,
                Care.RESOLVE,
                "The carrier confirms nine minutes of work on the line. We asked to be told first.",
            ),
        ),
    ),
    Outage(
        "C-1001",
        "Daly City",
        PHONE,
        "Front desk phone",
        days_ago=5,
        clock=time(9, 40),
        lasts=3 * MINUTE,
        times=4,
        turns=(
            Turn(12 * MINUTE, Care.CLAIM),
            Turn(20 * MINUTE, Care.NOTE, "The port counts errors: a cable, not the phone."),
            Turn(
                160 * MINUTE,
                Care.RESOLVE,
                "The cable of the front desk phone was worn; a new one is in. No drop since.",
            ),
        ),
    ),
    # Out at the load: for planned work, where nothing was promised, and an outage.
    Outage(
        "C-1007",
        "Harbor office",
        SWITCH,
        "Network switch",
        ago=18 * MINUTE,
        words="No answer within 5 s",
        is_planned=True,
    ),
    Outage("C-1012", "Bryant Street", CALLS, "Main phone system", ago=200 * MINUTE),
    Outage(
        "C-1003",
        "Oakland Harbor",
        SWITCH,
        "Network switch",
        ago=26 * MINUTE,
        words="Connection refused",
    ),
)


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """A maintenance window: it begins so long after the load (below zero: it runs)."""

    customer: str
    site: str
    title: str
    begins_in: timedelta
    length: timedelta
    weekly: bool = False


PLANNED: Final = (
    PlannedWork(
        "C-1007",
        "Harbor office",
        "Moving the rack to the new office",
        -25 * MINUTE,
        180 * MINUTE,
    ),
    PlannedWork(
        "C-1005",
        "Hotel",
        "Backup and restart of the phone system",
        timedelta(days=2, hours=6),
        90 * MINUTE,
        weekly=True,
    ),
)
