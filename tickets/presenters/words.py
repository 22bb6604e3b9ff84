"""Words that several pages use for the same things."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

from contracts.sla import Metric, Priority
from tickets.models import Kind
from tickets.states import State

PRIORITY_NAMES = {Priority.EMERGENCY: "Emergency", Priority.MINOR: "Minor problem"}
CLOCK_NAMES = {Metric.RESPOND: "Response clock", Metric.RESOLVE: "Resolve clock"}
PROMISE_NAMES = {Metric.RESPOND: "response", Metric.RESOLVE: "solution"}
ASKING = {
    Kind.PROGRAMMING: "Ask for a programming change",
    Kind.RESTORE: "Ask for a restore",
    Kind.FIRMWARE: "Ask for a firmware update",
    Kind.INSPECTION: "Ask for an inspection",
    Kind.TRAINING: "Ask for training",
    Kind.INSTALLATION: "Ask for an installation",
    Kind.QUESTION: "Ask a question",
}
STATE_ICONS = {
    State.OPEN: "circle-dashed",
    State.HELD: "circle-pause",
    State.RESOLVED: "circle-check",
    State.CLOSED: "check",
    State.MERGED: "git-merge",
}


@cache
def _tickets() -> str:
    return reverse("tickets")


def ticket_url(reference: str) -> str:
    """Return the address of a ticket: fifty on a page, so the pattern is resolved only once."""
    return f"{_tickets()}{reference}/"


def initials_of(name: str) -> str:
    """Return up to two letters for an avatar."""
    words = name.split()
    return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()


def size_of(count: int) -> str:
    """Return a number of bytes as "1.2 MB"."""
    megabyte = 1024 * 1024
    return f"{-(-count // 1024)} kB" if count < megabyte else f"{count / megabyte:.1f} MB"


def phone_of(number: str) -> str:
    """Return a number of the North American plan as "(415) 555-0142", others as they are stored."""
    digits = number.removeprefix("+1")
    if number.startswith("+1") and len(digits) == 10:
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number
