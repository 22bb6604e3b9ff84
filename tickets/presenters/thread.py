"""The conversation of a ticket: messages, and in between what happened, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from calcom_portal.common.timewords import spell_between, spell_instant
from contracts.sla import ClockState, ClockView, FactKind, Metric, Party, Priority, sentence
from contracts.sla.words import PARTY_WORDS
from tickets.ledger import Event
from tickets.models import Attachment, Fact, Message
from tickets.presenters.words import PRIORITY_NAMES, PROMISE_NAMES, initials_of, size_of

Details = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file as a link."""

    name: str
    size: str
    url: str
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed verdict in one line. `verdict` is met, missed or none."""

    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the conversation: a message (`html` is set) or an event (`text` is set)."""

    at: datetime
    who: str = ""
    what: str = ""
    initials: str = ""
    staff: bool = False
    internal: bool = False
    html: SafeString | str = ""
    files: Sequence[File] = ()
    seal: Seal | None = None
    icon: str = ""
    text: str = ""
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Telling:
    """What events are told with: the instant, the reader's zone, and the clocks."""

    now: datetime
    zone: tzinfo
    respond: ClockView
    customer: str

    def when(self, iso: str) -> str:
        """Return an instant of a fact in words."""
        return spell_instant(datetime.fromisoformat(iso), now=self.now, zone=self.zone)


def entries_of(
    messages: Iterable[Message],
    attachments: Iterable[Attachment],
    facts: Sequence[Fact],
    telling: Telling,
    url_of: Callable[[Attachment], str],
) -> list[Entry]:
    """Return messages and events in the order in which they happened."""
    calls = {fact.at for fact in facts if fact.kind == FactKind.CALLED}
    files: dict[int, list[File]] = {}
    for one in attachments:
        shown = File(one.name, size_of(one.size), url_of(one), one.internal)
        files.setdefault(one.message_id, []).append(shown)
    entries = [_message(one, files.get(one.pk, ()), calls, telling) for one in messages]
    for fact in facts:
        event = EVENTS.get(fact.kind)
        told = event(fact, telling) if event else None
        if told is not None:
            entries.append(told)
    return sorted(entries, key=lambda entry: (entry.at, entry.place))


def _message(
    message: Message, files: Sequence[File], calls: set[datetime], telling: Telling
) -> Entry:
    is_call = message.created_at in calls and message.from_staff and not message.internal
    return Entry(
        at=message.created_at,
        who=message.author_name,
        what=_role(message, telling, is_call=is_call),
        initials=initials_of(message.author_name),
        staff=message.from_staff,
        internal=message.internal,
        # Sanitised when it was written.
        html=mark_safe(message.html),  # noqa: S308  # nosec B308 B703
        files=files,
        seal=_response_seal(message, telling),
    )


def _role(message: Message, telling: Telling, *, is_call: bool) -> str:
    if message.internal:
        return "not shown to the customer"
    if is_call:
        return "logged a call"
    if _is_by_itself(message):
        return "written by itself, not a response"
    return "public reply" if message.from_staff else telling.customer


def _is_by_itself(message: Message) -> bool:
    """Did a worker of ours write it?"""
    return message.from_staff and message.author_id is None


def _response_seal(message: Message, telling: Telling) -> Seal | None:
    view = telling.respond
    if message.internal or not message.from_staff or message.created_at != view.stopped_at:
        return None
    if _is_by_itself(message):
        return None
    if view.state is ClockState.NONE:
        return None
    verdict = "met" if view.state is ClockState.MET else "missed"
    return Seal(verdict, f"This was the response. {sentence(view, telling.zone)}.")


def _event(fact: Fact, icon: str, text: str, place: int = 1) -> Entry:
    return Entry(at=fact.at, who=fact.actor_name, icon=icon, text=text, place=place)


def _because(details: Details) -> str:
    reason = str(details.get("reason", "")).rstrip(".")
    return f": {reason}." if reason else "."


def _assigned(fact: Fact, telling: Telling) -> Entry:
    name = fact.details.get("name") or ""
    if not name:
        return _event(fact, "undo-2", f"{fact.actor_name} gave it back to the queue.")
    who = "took it" if name == fact.actor_name else f"gave it to {name}"
    return _event(fact, "user-check", f"{fact.actor_name} {who}.")


def _contact(fact: Fact, telling: Telling) -> Entry:
    before, name = fact.details.get("before"), fact.details.get("name")
    return _event(fact, "user-check", f"{name} is the contact now, in place of {before}.")


def _held(fact: Fact, telling: Telling) -> Entry:
    party = PARTY_WORDS[Party(fact.details["party"])]
    until = fact.details.get("until")
    end = f" Until {telling.when(until)}." if until else ""
    return _event(
        fact, "circle-pause", f"On hold, waiting for {party}{_because(fact.details)}{end}"
    )


def _priority(fact: Fact, telling: Telling) -> Entry:
    name = PRIORITY_NAMES[Priority(fact.details["priority"])].lower()
    text = f"{fact.actor_name} changed the priority to {name}{_because(fact.details)}"
    return _event(fact, "flag", text)


def _scheduled(fact: Fact, telling: Telling) -> Entry:
    start, end = (datetime.fromisoformat(fact.details[name]) for name in ("start", "end"))
    agreed = spell_between(start, end, now=telling.now, zone=telling.zone)
    return _event(fact, "calendar-clock", f"Agreed for {agreed}.")


def _verdict(fact: Fact, telling: Telling) -> Entry | None:
    details = fact.details
    promise = PROMISE_NAMES[Metric(details["metric"])]
    is_met = details["outcome"] == "met"
    if details.get("corrects"):
        was = f", corrected from {details.get('was', 'before')}"
    elif is_met and details["metric"] == Metric.RESPOND:
        return None
    else:
        was = ""
    text = f"The {promise} promise was {details['outcome']}{was}{_because(details)}"
    seal = Seal("met" if is_met else "missed", text)
    return Entry(at=fact.at, icon="scale", text=text, seal=seal, place=2)


def _plain(icon: str, text: str) -> Callable[[Fact, Telling], Entry]:
    def tell(fact: Fact, telling: Telling) -> Entry:
        words = text.format(who=fact.actor_name, other=fact.details.get("other", ""))
        return _event(fact, icon, f"{words}{_because(fact.details)}")

    return tell


EVENTS: dict[str, Callable[[Fact, Telling], Entry | None]] = {
    Event.ASSIGNED: _assigned,
    Event.CONTACT: _contact,
    Event.APPROVED: _plain("badge-check", "{who} approved the change"),
    Event.SCHEDULED: _scheduled,
    Event.VERDICT: _verdict,
    FactKind.HELD: _held,
    FactKind.RESUMED: _plain("circle-play", "{who} took it off hold"),
    FactKind.PRIORITY_CHANGED: _priority,
    FactKind.PROMISE_CHANGED: _plain(
        "scroll-text", "Contract or hours changed, the clock was computed again"
    ),
    FactKind.SESSION_STARTED: _plain("monitor-up", "{who} started a remote session"),
    FactKind.ARRIVED: _plain("car", "{who} arrived on site"),
    FactKind.RESOLVED: _plain("circle-check", "{who} resolved it"),
    FactKind.CLOSED: _plain("check", "{who} closed it"),
    FactKind.REOPENED: _plain("rotate-ccw", "{who} opened it again"),
    FactKind.MERGED: _plain("git-merge", "{who} merged it into {other}"),
    FactKind.UNMERGED: _plain("split", "{who} took it out of {other} again"),
    FactKind.ABSORBED: _plain("git-merge", "{who} merged {other} into it"),
    FactKind.RELEASED: _plain("split", "{who} took {other} out again"),
}
