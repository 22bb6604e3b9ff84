"""What apps above have to show of a ticket: parts in the rail of its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import models

from accounts.viewer import Viewer
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class TicketPart:
    """A part of the page of a ticket: a template that reads only `part`."""

    template: str
    context: Any


PartMaker = Callable[[Viewer, Ticket], TicketPart | None]
Condition = Callable[[], models.Exists]
NO_MARKS: Mapping[str, Condition] = MappingProxyType({})

_makers: list[PartMaker] = []
_marks: dict[str, Condition] = {}


def register_ticket_part(maker: PartMaker, marks: Mapping[str, Condition] = NO_MARKS) -> None:
    """Have `maker(viewer, ticket)` asked for a part of the page of each ticket.

    It keeps to what the viewer may see. The page is read often, and most tickets have none of what
    a part shows: `marks` are conditions that the ticket's own query answers along (`is_marked`).
    """
    if maker not in _makers:
        _makers.append(maker)
        _marks.update(marks)


def marked(rows: models.QuerySet[Ticket]) -> models.QuerySet[Ticket]:
    """Have tickets tell which of the marks they have."""
    return rows.annotate(**{name: condition() for name, condition in _marks.items()})


def is_marked(ticket: Ticket, name: str) -> bool:
    """May the ticket have what the mark says? One that was read without marks may."""
    return bool(getattr(ticket, name, True))


def parts_of(viewer: Viewer, ticket: Ticket) -> Sequence[TicketPart]:
    """Return the parts of a ticket's page."""
    return [part for maker in _makers if (part := maker(viewer, ticket)) is not None]
