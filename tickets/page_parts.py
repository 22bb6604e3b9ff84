"""What apps above have to show of a ticket: parts in the rail of its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.viewer import Viewer
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class TicketPart:
    """A part of the page of a ticket: a template that reads only `part`."""

    template: str
    context: Any


PartMaker = Callable[[Viewer, Ticket], TicketPart | None]

_makers: list[PartMaker] = []


def register_ticket_part(maker: PartMaker) -> None:
    """Have `maker(viewer, ticket)` asked for a part of the page of each ticket.

    It keeps to what the viewer may see, and asks one query or two: the page is read often.
    """
    if maker not in _makers:
        _makers.append(maker)


def parts_of(viewer: Viewer, ticket: Ticket) -> Sequence[TicketPart]:
    """Return the parts of a ticket's page."""
    return [part for maker in _makers if (part := maker(viewer, ticket)) is not None]
