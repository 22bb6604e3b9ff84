"""The numbers behind the items, and from where on they are bad, as one table. Pure.

A provider may set other bounds: these are what holds until it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitoring.health.status import Status


class Unit(StrEnum):
    """What a number counts."""

    PERCENT = "%"
    MILLISECONDS = "ms"
    SECONDS = "s"
    MINUTES = "min"
    HOURS = "h"
    DAYS = "days"
    YEARS = "years"
    COUNT = ""
    POINTS = "of 5"
    PER_CORE = "per core"


class Worse(StrEnum):
    """On which side of a bound it is bad."""

    ABOVE = "above"
    FROM = "from"
    BELOW = "below"

    @property
    def label(self) -> str:
        """Return the words for people."""
        return {"above": "above", "from": "from", "below": "below"}[self.value]


class ByHand(StrEnum):
    """How a technician gives a value that no connection tells."""

    DAY_PAST = "day_past"
    DAY_AHEAD = "day_ahead"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on a number is to be watched, and from where on something must be done.

    None: it never gets so bad. Without both, the number is told and not judged.
    """

    warn: float | None
    crit: float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of an item.

    `fact` names what probes bring home (`monitoring.probes.facts`), times `scale`; empty: it comes
    from our own books or is worked out. Differences up to `noise` between months mean nothing.
    A line that was measured without a number that `is_missed` says so.
    """

    code: str
    item: str
    label: str
    unit: Unit
    worse: Worse
    bounds: Bounds
    fact: str = ""
    scale: float = 1.0
    noise: float = 0.0
    by_hand: ByHand | None = None
    is_missed: bool = False


def _percent(code: str, item: str, label: str, worse: Worse, bounds: tuple[float, float],
             fact: str = "", noise: float = 1.0, **more: Any) -> Measure:  # fmt: skip
    limits = Bounds(*bounds)
    return Measure(code, item, label, Unit.PERCENT, worse, limits, fact, noise=noise, **more)


# What counts days down or up loses or gains as many as lie between two checks.
A_MONTH = 62
ABOVE, FROM, BELOW = Worse.ABOVE, Worse.FROM, Worse.BELOW
TOLD = Bounds(None, None)


def _told(code: str, item: str, label: str, fact: str) -> Measure:
    return Measure(code, item, label, Unit.PERCENT, BELOW, TOLD, fact, noise=1)


MEASURES = (
    _percent("availability", "availability", "Available", BELOW, (99.9, 99.5), noise=0.02),
    _percent("phones.share", "phones", "Phones registered", BELOW, (95, 80)),
    Measure("trunks.down", "trunks", "Lines down now", Unit.COUNT, FROM, Bounds(None, 1),
            "trunks.down"),
    Measure("trunks.away", "trunks", "Longest without a line", Unit.MINUTES, ABOVE,
            Bounds(10, None), noise=5, is_missed=True),
    Measure("sip.p95", "sip", "95 of 100 answers come within", Unit.MILLISECONDS, ABOVE,
            Bounds(150, 300), noise=5),
    _percent("sip.loss", "sip", "Questions without an answer", ABOVE, (1, 5), noise=0.1),
    _percent("calls.failed", "calls", "Failed calls", ABOVE, (5, 15), by_hand=ByHand.NUMBER,
             is_missed=True),
    Measure("calls.mos", "calls", "Heard quality", Unit.POINTS, BELOW, Bounds(3.8, 3.5),
            noise=0.1, by_hand=ByHand.NUMBER, is_missed=True),
    _percent("disk.used", "disk", "Used", FROM, (80, 90), "disk.used_percent"),
    _percent("disk.inodes", "disk", "Room for files used", FROM, (80, 90), "disk.inodes_percent"),
    Measure("disk.days_to_full", "disk", "Full in", Unit.DAYS, BELOW, Bounds(60, 14), noise=7),
    _percent("memory.used", "load", "Memory used", ABOVE, (85, 95), "memory.used_percent", 3),
    Measure("load", "load", "Load", Unit.PER_CORE, ABOVE, Bounds(1.5, 4), "load.per_core",
            noise=0.2),
    Measure("uptime", "uptime", "Running for", Unit.DAYS, ABOVE, Bounds(365, None),
            "uptime.seconds", 1 / 86_400, noise=40),
    Measure("restarts", "uptime", "Restarts in the last month", Unit.COUNT, FROM, Bounds(1, 2),
            "boots.month"),
    Measure("backup.late", "backup", "Later than its plan wants by", Unit.HOURS, ABOVE,
            Bounds(24, 144), noise=24),
    Measure("backup.age", "backup", "Age of the newest good backup", Unit.HOURS, ABOVE, TOLD,
            noise=24),
    Measure("backup.drill", "backup", "Since it was restored in a rehearsal", Unit.DAYS, ABOVE,
            Bounds(90, 180), noise=A_MONTH),
    _percent("backup.size", "backup", "Size compared with last month", BELOW, (70, 30), noise=20),
    Measure("certificate.left", "certificates", "Valid for", Unit.DAYS, BELOW, Bounds(30, 7),
            "tls.days_left", noise=A_MONTH),
    Measure("certificate.weak", "certificates", "Weak keys", Unit.COUNT, FROM, Bounds(1, None),
            "tls.key_is_weak"),
    Measure("support.left", "firmware", "Maker's support left", Unit.DAYS, BELOW, Bounds(180, 0),
            noise=A_MONTH),
    Measure("firmware.faults", "firmware", "Known faults of its version", Unit.COUNT, FROM,
            Bounds(None, 1)),
    Measure("firmware.behind", "firmware", "Approved versions that are newer", Unit.COUNT, FROM,
            Bounds(1, None)),
    Measure("updates", "firmware", "Updates that wait", Unit.COUNT, FROM, Bounds(1, None),
            "updates.waiting"),
    _percent("voicemail.used", "voicemail", "Mailbox used", ABOVE, (80, 95),
             "voicemail.used_percent", is_missed=True),
    Measure("voicemail.new", "voicemail", "Messages that nobody heard", Unit.COUNT, ABOVE, TOLD,
            "voicemail.new", noise=10),
    Measure("ups.runtime", "power", "Runs without mains for", Unit.MINUTES, BELOW, Bounds(15, 5),
            "ups.runtime_minutes", noise=2),
    _percent("ups.load", "power", "Load", ABOVE, (70, 90), "ups.load_percent", 3),
    Measure("ups.age", "power", "Age", Unit.YEARS, ABOVE, Bounds(3, 5), noise=0.2),
    _told("ups.charge", "power", "Charge", "ups.charge_percent"),
    Measure("ups.on_battery", "power", "On battery now", Unit.COUNT, FROM, Bounds(None, 1),
            "ups.on_battery"),
    Measure("ups.low", "power", "Battery nearly empty", Unit.COUNT, FROM, Bounds(None, 1),
            "ups.battery_low"),
    Measure("ups.worn", "power", "Battery to be replaced", Unit.COUNT, FROM, Bounds(1, None),
            "ups.replace_battery"),
    Measure("logs.errors", "logs", "Errors a day", Unit.COUNT, ABOVE, TOLD, "log.errors_day",
            noise=10),
    Measure("logs.growth", "logs", "Compared with last month", Unit.PERCENT, FROM,
            Bounds(200, None), noise=20),
    Measure("licences.left", "licences", "Valid for", Unit.DAYS, BELOW, Bounds(60, 14),
            noise=A_MONTH, by_hand=ByHand.DAY_AHEAD),
    _percent("licences.used", "licences", "Licences used", ABOVE, (90, 98),
             by_hand=ByHand.NUMBER, is_missed=True),
    Measure("clock.offset", "clock", "Wrong by", Unit.SECONDS, ABOVE, Bounds(2, 30),
            "clock.offset_ms", 0.001, noise=0.5),
    Measure("wifi.down", "wifi", "Down now", Unit.COUNT, FROM, Bounds(None, 1)),
    Measure("wifi.flaps", "wifi", "Times it went down", Unit.COUNT, FROM, Bounds(1, None)),
    _percent("wifi.retries", "wifi", "Packets sent again", ABOVE, (15, 30),
             by_hand=ByHand.NUMBER, is_missed=True),
    _percent("ports.errors", "ports", "Packets with errors", ABOVE, (0.01, 0.1),
             "if.errors_percent", 0.005),
    _percent("ports.power", "ports", "Power for devices used", ABOVE, (80, 95),
             "poe.used_percent", is_missed=True),
    Measure("ports.down", "ports", "Ports without a link that had one", Unit.COUNT, FROM,
            Bounds(1, None), "if.down"),
    Measure("security.scans", "security", "Failed logins a day", Unit.COUNT, ABOVE,
            Bounds(1_000, None), "logins.refused_day", noise=50),
    Measure("security.passwords", "security", "Default passwords found", Unit.COUNT, FROM,
            Bounds(None, 1), by_hand=ByHand.NUMBER, is_missed=True),
    Measure("emergency.test", "emergency", "Since the last test", Unit.DAYS, ABOVE,
            Bounds(90, 180), noise=A_MONTH, by_hand=ByHand.DAY_PAST),
)  # fmt: skip

MEASURE: Mapping[str, Measure] = {measure.code: measure for measure in MEASURES}
BY_FACT: Mapping[str, Measure] = {measure.fact: measure for measure in MEASURES if measure.fact}


def measures_of(item: str) -> tuple[Measure, ...]:
    """Return the numbers of an item."""
    return tuple(measure for measure in MEASURES if measure.item == item)


def is_judged(code: str) -> bool:
    """Can this number be bad? What a former version measured cannot."""
    return code in MEASURE and MEASURE[code].bounds != TOLD


def judge(measure: Measure, value: float, bounds: Bounds | None = None) -> Status:
    """Say how good a value is, under the bounds of a provider or the usual ones."""
    limits = bounds or measure.bounds
    if limits.crit is not None and _is_over(measure.worse, value, limits.crit):
        return Status.CRIT
    if limits.warn is not None and _is_over(measure.worse, value, limits.warn):
        return Status.WARN
    return Status.OK


def is_in_order(measure: Measure, bounds: Bounds) -> bool:
    """Is there a bound, and is critical not milder than the warning?"""
    warn, crit = bounds.warn, bounds.crit
    if warn is None or crit is None:
        return warn is not None or crit is not None
    return crit <= warn if measure.worse is Worse.BELOW else warn <= crit


def _is_over(worse: Worse, value: float, bound: float) -> bool:
    if worse is Worse.BELOW:
        return value < bound
    return value >= bound if worse is Worse.FROM else value > bound


def spell(value: float, unit: Unit) -> str:
    """Return "99.95 %", "12 days", "1 day", "0.4 s"."""
    number = _number(value, unit)
    if unit is Unit.DAYS and number in ("1", "-1"):
        return f"{number} day"
    if unit is Unit.YEARS and number == "1":
        return "1 year"
    return f"{number} {unit}".strip()


def _number(value: float, unit: Unit) -> str:
    # Near all and near nothing the hundredths count.
    digits = 3 if unit is Unit.PERCENT and (abs(value) < 1 or 99 < abs(value) <= 100) else 1
    if unit in (Unit.DAYS, Unit.COUNT, Unit.MILLISECONDS) or abs(value) >= 1_000:
        digits = 0
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
