"""When the work was wished for."""

from __future__ import annotations

from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import instant, opened
from tickets.actions import reopen_ticket, resolve_ticket


def test_a_ticket_that_continues_another_leaves_its_wish_behind(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(
        cast,
        database_time,
        kind="training",
        answers={"reach": "555 0100"},
        wanted_from=instant("2026-06-17T09:00:00-07:00"),
        wanted_to=instant("2026-06-17T10:00:00-07:00"),
    )
    assert set(ticket.answers) == {"reach", "wanted_from", "wanted_to"}
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Shown.", actor=cast.dana)
    database_time.set("2026-08-15T10:00:00-07:00")
    with acting(cast.elena):
        anew = reopen_ticket(ticket=ticket, text="Once more.", actor=cast.elena)
    assert (anew.continues_id, anew.answers) == (ticket.pk, {"reach": "555 0100"})
