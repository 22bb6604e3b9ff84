"""What the page of a contract tells about its life: dates, versions of the terms, reminders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from contracts.day_words import spell_day
from contracts.days import zone_of
from contracts.models import (
    Contract,
    ContractEvent,
    ContractReminder,
    ContractState,
    Ending,
    Milestone,
    Terms,
)
from contracts.papers import Paper, papers_of
from contracts.reminding import horizons_of, reminders_of, renews_by_itself_on
from contracts.renewals import DAY, About, last_day_for_notice
from contracts.terms_diff import compare_terms

FIRST_VERSION = "As it was signed."
NEVER = "Never in force"
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Step:
    """A day in the life of a contract; `place` is past, now or next, as in a timeline."""

    day: date
    title: str
    text: str = ""
    by: str = ""
    place: str = "past"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the terms, what it changed against the one before, and its paper."""

    terms: Terms
    until: date | None
    sentences: Sequence[str]
    state: str
    paper: Paper | None


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder that was due or will be."""

    on: date
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class ContractLife:
    """Everything that the page tells, and which steps there are to take."""

    steps: Sequence[Step] = ()
    versions: Sequence[Version] = ()
    reminders: Sequence[ReminderRow] = ()
    can_be: frozenset[str] = field(default_factory=frozenset)


def life_of(contract: Contract, now: datetime) -> ContractLife:
    """Tell the life of what was signed; that of a draft has not begun. Eight queries at most."""
    if contract.signed_at is None:
        return ContractLife()
    terms = contract.terms.select_related("calendar", "created_by").order_by("number")
    versions = list(terms[:MOST_SHOWN])
    zone = zone_of(versions[-1].calendar)
    today = now.astimezone(zone).date()
    events = list(ContractEvent.objects.filter(contract=contract).order_by("-pk")[:MOST_SHOWN])
    return ContractLife(
        steps=_in_order(contract, events, today, zone),
        versions=_versions(contract, versions, today),
        reminders=[] if _is_called_off(contract) else list(_reminders(contract, today, zone)),
        can_be=possible_steps(contract, today),
    )


def _is_called_off(contract: Contract) -> bool:
    return contract.state == ContractState.CANCELLED


def possible_steps(contract: Contract, today: date) -> frozenset[str]:
    """Return the steps that a signed contract can take on a day."""
    is_over = contract.ends_on is not None and contract.ends_on < today
    if is_over or contract.state != ContractState.SIGNED:
        return frozenset()
    steps = {"amended"}
    if contract.starts_on > today:
        steps.add("called_off")
    if contract.ends_on is None or contract.ends_on > today:
        steps.add("ended")
    if contract.ending == Ending.NOTICE:
        steps.add("withdrawn")
    elif not contract.ending:
        steps |= {"noticed"} | ({"renewed"} if contract.ends_on else set())
    return frozenset(steps)


def _in_order(
    contract: Contract, events: Sequence[ContractEvent], today: date, zone: ZoneInfo
) -> list[Step]:
    steps = [*(_event(event, today, zone) for event in reversed(events))]
    if not _is_called_off(contract):
        steps += _fixed(contract, today)
    return sorted(steps, key=lambda step: step.day)


def _event(event: ContractEvent, today: date, zone: ZoneInfo) -> Step:
    day = event.on
    if event.milestone in (Milestone.SIGNED, Milestone.CUT_SHORT, Milestone.CALLED_OFF):
        day = event.at.astimezone(zone).date()
    elif event.milestone == Milestone.NOTICE:
        day = date.fromisoformat(event.details["given_on"])
    label = event.get_milestone_display()
    return Step(day, label, event.words, event.by_name, _place(day, today))


def _fixed(contract: Contract, today: date) -> Iterator[Step]:
    yield Step(contract.starts_on, "First day", place=_place(contract.starts_on, today))
    if contract.ends_on is None:
        return
    if contract.notice_days and not contract.ending:
        day = last_day_for_notice(contract.ends_on, contract.notice_days)
        yield Step(day, "Last day for notice", place=_place(day, today))
    text = ""
    if renews_by_itself_on(contract) is not None:
        text = f"{contract.renewal.words()}."
    yield Step(contract.ends_on, "Last day", text, place=_place(contract.ends_on, today))


def _place(day: date, today: date) -> str:
    return "past" if day < today else "now" if day == today else "next"


def _versions(contract: Contract, terms: Sequence[Terms], today: date) -> list[Version]:
    changed: list[Sequence[str]] = [(FIRST_VERSION,)]
    changed += [compare_terms(old, new).sentences() for old, new in pairwise(terms)]
    following = [version.effective_on - DAY for version in terms[1:]]
    papers = {paper.version: paper for paper in papers_of(contract)}
    rows = zip(terms, [*following, contract.ends_on], changed, strict=True)
    told = [
        Version(
            terms=one,
            until=until,
            sentences=sentences or ("Covers and renewal only.",),
            state=NEVER if _is_called_off(contract) else _state(one, until, today),
            paper=papers.get(one.number),
        )
        for one, until, sentences in rows
    ]
    return told[::-1]


def _state(terms: Terms, until: date | None, today: date) -> str:
    if until is not None and until < terms.effective_on:
        return NEVER
    if terms.effective_on > today:
        return "To come"
    return "In force" if until is None or today <= until else "Past"


def _reminders(contract: Contract, today: date, zone: ZoneInfo) -> Iterator[ReminderRow]:
    rows = ContractReminder.objects.filter(contract=contract).order_by("-pk")[:MOST_SHOWN]
    known = {(row.about, row.days, row.of): row for row in rows}
    for row in reversed(list(known.values())):
        day = row.at.astimezone(zone).date()
        state = f"Sent on {spell_day(day)}" if row.told else "Left out, a later one was sent"
        yield ReminderRow(row.of - row.days * DAY, _about(row.about, row.days, row.of), state)
    for one in reminders_of(contract, horizons_of(contract.provider_id)):
        if one.on >= today and (one.about.value, one.days, one.of) not in known:
            yield ReminderRow(one.on, _about(one.about, one.days, one.of), "To come")


def _about(about: str, days: int, of: date) -> str:
    what = "the last day for notice" if about == About.NOTICE else "the last day"
    return f"{days} days before {what}, {spell_day(of)}"
