"""What the pages of setting up show of a device: its connections, its checks, what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from contracts.models import Device
from monitoring.actions.remove_check import History
from monitoring.asking import is_overdue
from monitoring.check_settings import KINDS_OF_DRIVER
from monitoring.models import Check, Connection, ProbeRequest, Purpose
from monitoring.probes.facts import MEANINGS, Fact, Unit, fact_of
from monitoring.ways import HEARTBEAT, KINDS, LANGUAGES

MICROSECONDS_A_MILLISECOND = 1000
# What is shown of a long answer.
MOST_FACTS = 40

UNITS = {
    Unit.PERCENT: " %",
    Unit.SECONDS: " s",
    Unit.MINUTES: " min",
    Unit.MILLISECONDS: " ms",
    Unit.DAYS: " days",
    Unit.MEGABYTES: " MB",
    Unit.MEGABITS: " Mbit/s",
}


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    """A way to the device, and what is missing before it can be used."""

    connection: Connection
    language: str
    where: str
    has_host_key: bool
    lacks_host_key: bool


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check of the device as it was set up."""

    check: Check
    kind: str
    every: timedelta


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact that came back, in words."""

    words: str
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question out of turn."""

    request: ProbeRequest
    is_waiting: bool
    is_overdue: bool
    light: str
    icon: str
    word: str
    took: str
    facts: Sequence[FactLine]


# Outcome to light, icon and word.
FACES = {
    "alive": ("good", "circle-check", "It answers"),
    "degraded": ("watch", "triangle-alert", "It answers, but not as it should"),
    "dead": ("act", "octagon-x", "It does not answer"),
    "unknown": ("none", "circle-question-mark", "It could not be asked"),
}


def connection_lines(device: Device) -> list[ConnectionLine]:
    """Return how a device is reached."""
    rows = Connection.objects.filter(device=device).select_related("agent", "credential")
    return [connection_line(row) for row in rows.order_by("pk")]


def connection_line(connection: Connection) -> ConnectionLine:
    """Put one connection into words."""
    language = LANGUAGES.get(connection.driver)
    needs_key = language is not None and language.has_host_key
    port = f":{connection.port}" if connection.port else ""
    return ConnectionLine(
        connection,
        language.title if language else connection.get_driver_display(),
        f"{connection.host}{port}",
        needs_key,
        needs_key and not connection.host_key,
    )


def check_lines(device: Device) -> list[CheckLine]:
    """Return what a device is asked, those that run first."""
    rows = Check.objects.filter(device=device).select_related("connection", "parent__device")
    return [
        CheckLine(
            row,
            KINDS[row.kind].title if row.kind in KINDS else row.kind,
            timedelta(seconds=row.every_seconds),
        )
        for row in rows.order_by("paused_at", "pk")
    ]


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of check that can be added."""

    kind: str
    title: str
    question: str


@dataclass(frozen=True, slots=True)
class OfferGroup:
    """What can be asked through one connection; None: the device reports by itself."""

    title: str
    connection: Connection | None
    offers: Sequence[Offer]


def offer_groups(lines: Sequence[ConnectionLine]) -> list[OfferGroup]:
    """Return which checks the connections of a device can carry, and those that need none."""
    groups = [
        OfferGroup(line.language, line.connection, _offers(KINDS_OF_DRIVER[line.connection.driver]))
        for line in lines
        if line.connection.driver in LANGUAGES
    ]
    return [*groups, OfferGroup("Without a connection", None, _offers([HEARTBEAT]))]


def _offers(kinds: Iterable[str]) -> list[Offer]:
    return [Offer(kind, KINDS[kind].title, KINDS[kind].question) for kind in kinds if kind in KINDS]


def answer_of(request: ProbeRequest) -> Answer:
    """Put what became of a question into words."""
    light, icon, word = FACES.get(request.outcome, FACES["unknown"])
    return Answer(
        request,
        request.answered_at is None,
        is_overdue(request),
        light,
        icon,
        word,
        _took(request.took_us),
        fact_lines(request.facts),
    )


def fact_lines(facts: dict[str, str | int | float]) -> list[FactLine]:
    """Put facts into words, by name; one that is not known stays as it came."""
    lines = [_fact_line(name, value) for name, value in sorted(facts.items())]
    return lines[:MOST_FACTS]


def spell_history(history: History) -> str:
    """Say what goes when a check is removed, and what stays."""
    counts = (
        _counted(history.answers, "answer"),
        _counted(history.figures, "sum of answers", "sums of answers"),
        _counted(history.changes, "change of state", "changes of state"),
        _counted(history.outages, "outage"),
    )
    said = f"What goes: {', '.join(counts)}."
    if history.behind:
        said += f" Nothing stands before {_counted(history.behind, 'check')} any more."
    return f"{said} Tickets and signed reports stay. To keep the history, pause the check instead."


def newest_key_of(connection: Connection) -> ProbeRequest | None:
    """Return the last question for the key of a host."""
    rows = ProbeRequest.objects.filter(connection=connection, purpose=Purpose.HOST_KEY)
    return rows.order_by("-pk").first()


def key_in(request: ProbeRequest | None) -> str:
    """Return the fingerprint that an answer brought, or ""."""
    return "" if request is None else str(request.facts.get(Fact.HOST_KEY.value, ""))


def _fact_line(name: str, value: str | int | float) -> FactLine:
    try:
        fact, part = fact_of(name)
        meaning = MEANINGS[fact]
    except (ValueError, KeyError):
        return FactLine(name, str(value))
    words = f"{meaning.words} ({part})" if part else meaning.words
    if meaning.unit is Unit.YES_NO:
        return FactLine(words, "Yes" if value else "No")
    return FactLine(words, f"{value}{UNITS.get(meaning.unit, '')}")


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def _took(took_us: int | None) -> str:
    if took_us is None:
        return ""
    return f"{took_us / MICROSECONDS_A_MILLISECOND:.1f} ms"
