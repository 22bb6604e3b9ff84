"""What was seen: numbers with where they come from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitoring.health.measures import BY_FACT

Fact = str | int | float
DAY = timedelta(days=1)
DAYS_A_YEAR = 365.25
# A clock that is wrong, and the time that asking takes, may move the beginning a little.
SAME_START = timedelta(minutes=10)
# Less growth than this a day is noise, and a disk that fills in ten years is not filling.
LEAST_GROWTH = 0.01
# Equipment may say anything; what runs for longer than a century is mistaken.
LONGEST_UPTIME = timedelta(days=36_500).total_seconds()


@dataclass(frozen=True, slots=True)
class Reading:
    """One number. `subject` says of what (a disk, a port); `source` and `at` are the evidence.

    `given` is what a person wrote: such a number is worked out again every month.
    """

    measure: str
    value: float
    subject: str = ""
    source: str = ""
    at: datetime | None = None
    given: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question brought home, and when. `source` names the check or the question."""

    source: str
    at: datetime
    facts: Mapping[str, Fact]


def readings_of(answers: Iterable[Answer]) -> list[Reading]:
    """Return what the answers say; of the same number from two sources the newest counts."""
    newest: dict[tuple[str, str], Reading] = {}
    for answer in sorted(answers, key=lambda one: one.at):
        for reading in (*_plain(answer), *_worked_out(answer)):
            newest[reading.measure, reading.subject] = reading
    return list(newest.values())


def versions_of(answers: Iterable[Answer]) -> list[str]:
    """Return which software the equipment names, each name once."""
    named = (
        str(answer.facts[name])
        for answer in answers
        for name in ("version", "sip.server", "web.server", "ups.model")
        if answer.facts.get(name)
    )
    return list(dict.fromkeys(named))


def started_at(answers: Iterable[Answer]) -> datetime | None:
    """Return since when the system has been running, if anything tells."""
    for answer in answers:
        seconds = number_of(answer.facts.get("uptime.seconds"))
        if seconds is not None and 0 <= seconds < LONGEST_UPTIME:
            return answer.at - timedelta(seconds=seconds)
    return None


def battery_date(answers: Iterable[Answer]) -> date | None:
    """Return from when the battery is, if anything tells in a form that can be read."""
    for answer in answers:
        told = str(answer.facts.get("ups.battery_date", "")).replace("/", "-")
        try:
            return date.fromisoformat(told)
        except ValueError:
            continue
    return None


def remarks_of(answers: Iterable[Answer]) -> dict[str, list[str]]:
    """Return sentences by item for what is no number."""
    found: dict[str, list[str]] = {}
    for answer in answers:
        for fact, item, words in SENTENCES:
            if said := answer.facts.get(fact):
                found.setdefault(item, []).append(words.format(said))
    return {item: list(dict.fromkeys(said)) for item, said in found.items()}


SENTENCES = (
    ("phones.missing", "phones", "Not registered: {}."),
    ("tls.version", "certificates", "Encrypted with {}."),
    ("updates.reboot_wanted", "firmware", "An update waits for a restart."),
    ("voicemail.boxes", "voicemail", "{} mailboxes."),
)


def restarts(started: datetime, seen_before: datetime | None, since: datetime) -> int:
    """Return whether it began again since the last check: 1 or 0, for more cannot be seen.

    `seen_before` is when it had begun at the last check; without one, `since` decides.
    """
    if seen_before is not None:
        return int(abs(started - seen_before) > SAME_START)
    return int(started > since)


def days_to_full(now: float, before: float, between: timedelta) -> float | None:
    """Return in how many days a disk is full if it goes on like this; None when it does not grow.

    `now` and `before` are percent, `between` the time from the one to the other.
    """
    if between < DAY:
        return None
    growth = (now - before) / (between / DAY)
    return max(0.0, (100 - now) / growth) if growth >= LEAST_GROWTH else None


def growth(now: float, before: float) -> float | None:
    """Return a number as percent of what it was; None from nothing."""
    return 100 * now / before if before > 0 else None


def longest_run(
    starts: Iterable[datetime], every: timedelta, step: timedelta = timedelta(minutes=5)
) -> timedelta:
    """Return the longest time that steps lie one behind the other.

    `starts` are those of the steps, in order; what is asked once in `every` fills no more of them.
    """
    longest, begun, before = timedelta(), None, None
    for start in starts:
        if begun is None or before is None or start - before > max(step, 2 * every - step):
            begun = start
        before = start
        longest = max(longest, start - begun + max(step, every))
    return longest


def years_since(day: date, today: date) -> float:
    """Return how many years ago a day was."""
    return (today - day).days / DAYS_A_YEAR


def number_of(fact: object) -> float | None:
    """Return a fact as a number; None for anything else, and for what no number can be."""
    if isinstance(fact, bool | int | float):
        return float(fact) if abs(float(fact)) < 1e15 else None
    return None


def share_available(up_seconds: float, down_seconds: float) -> float | None:
    """Return the share in percent; None when nothing is known. Planned work counts as neither."""
    known = up_seconds + down_seconds
    return 100 * up_seconds / known if known > 0 else None


def mean(lengths: Sequence[timedelta]) -> timedelta | None:
    """Return how long outages lasted on average."""
    return sum(lengths, timedelta()) / len(lengths) if lengths else None


def _plain(answer: Answer) -> Iterator[Reading]:
    for key, fact in answer.facts.items():
        name, _, subject = key.partition(":")
        measure, value = BY_FACT.get(name), number_of(fact)
        if measure is not None and value is not None:
            # A clock that is slow is as wrong as one that is fast.
            value = abs(value) if measure.code == "clock.offset" else value
            yield Reading(
                measure.code, value * measure.scale, subject[:80], answer.source, answer.at
            )


def _worked_out(answer: Answer) -> Iterator[Reading]:
    facts = answer.facts
    for measure, above, below, times in QUOTIENTS:
        top, bottom = number_of(facts.get(above)), number_of(facts.get(below))
        if top is not None and bottom:
            yield Reading(measure, times * top / bottom, "", answer.source, answer.at)


QUOTIENTS = (("phones.share", "phones.registered", "phones.provisioned", 100),)
