"""A missed deadline climbs the ladder until somebody takes the ticket in hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope
from contracts.sla import Party
from notifications.alarms import UNANSWERED
from notifications.climbing import climb_ladder
from notifications.models import Notice, OperatorAlarm
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import instant, opened, told
from tickets.actions import (
    add_note,
    assign_ticket,
    claim_ticket,
    hold_ticket,
    log_call,
    reply_to_ticket,
    resolve_ticket,
    watch_ticket,
)
from tickets.models import Ticket
from tickets.sweeps.deadlines import sweep_deadlines

NOTICED = instant("2026-06-16T09:00:03-07:00")
# The provider's usual time to say "seen" is fifteen minutes.
UNANSWERED_AT = NOTICED + timedelta(minutes=15)

Act = Callable[[Ticket, Viewer], Any]
IN_HAND: dict[str, Act] = {
    "claim": lambda ticket, actor: claim_ticket(ticket=ticket, actor=actor),
    "reply": lambda ticket, actor: reply_to_ticket(ticket=ticket, text="Looking.", actor=actor),
    "call": lambda ticket, actor: log_call(ticket=ticket, text="Rang Elena.", actor=actor),
    "hold": lambda ticket, actor: hold_ticket(
        ticket=ticket, party=Party.CARRIER, reason="Line", until=None, actor=actor
    ),
    "resolve": lambda ticket, actor: resolve_ticket(ticket=ticket, text="Done.", actor=actor),
    "assign to oneself": lambda ticket, actor: assign_ticket(
        ticket=ticket, technician_id=actor.membership_id, actor=actor
    ),
}


def missed(cast: Cast, time: DatabaseTime) -> Ticket:
    """Return a ticket of which the deadline was missed and the desk told."""
    ticket = opened(cast, time)
    time.set(NOTICED)
    sweep_deadlines()
    return ticket


def told_of_the_miss(ticket: Ticket) -> list[str]:
    return told("clock_breached", of=ticket)


def acknowledgers(ticket: Ticket) -> list[tuple[str, str | None]]:
    """Return who was told of the miss, and who said "seen" for them."""
    with provider_scope(provider_id=ticket.provider_id):
        rows = Notice.objects.filter(kind="clock_breached", subject_ref=ticket.reference)
        return list(rows.order_by("id").values_list("recipient__name", "acknowledged_by__name"))


def test_a_miss_that_nobody_answers_reaches_the_administrators(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = missed(cast, database_time)
    assert told_of_the_miss(ticket) == ["Priya Shah"]
    database_time.set(UNANSWERED_AT - timedelta(seconds=1))
    assert climb_ladder() == 0
    database_time.set(UNANSWERED_AT)
    assert climb_ladder() == 1
    assert told_of_the_miss(ticket) == ["Priya Shah", "Ruth Lindqvist"]
    database_time.set(UNANSWERED_AT + timedelta(minutes=15))
    assert climb_ladder() == 1, "nobody is left to tell"
    with acting(cast.ruth):
        alarm = OperatorAlarm.objects.get(cleared_at__isnull=True)
    assert (alarm.kind, alarm.subject) == (UNANSWERED, ticket.reference)
    assert told_of_the_miss(ticket) == ["Priya Shah", "Ruth Lindqvist"]


@pytest.mark.parametrize("act", IN_HAND.values(), ids=IN_HAND)
def test_whoever_takes_the_ticket_in_hand_stops_the_ladder(
    cast: Cast, database_time: DatabaseTime, act: Act
) -> None:
    ticket = missed(cast, database_time)
    with acting(cast.priya):
        act(ticket, cast.priya)
    database_time.set(UNANSWERED_AT + timedelta(hours=1))
    assert climb_ladder() == 0
    assert acknowledgers(ticket) == [("Priya Shah", "Priya Shah")]
    with acting(cast.ruth):
        entries = AuditEntry.objects.filter(action="alert.acknowledged")
        assert list(entries.values_list("subject", "actor_name")) == [
            (ticket.reference, "Priya Shah")
        ]


def test_taking_it_in_hand_late_clears_the_alarm_for_everybody(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = missed(cast, database_time)
    for _ in range(2):
        database_time.set(database_time.set(UNANSWERED_AT) + timedelta(minutes=20))
        climb_ladder()
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    with acting(cast.ruth):
        assert not OperatorAlarm.objects.filter(cleared_at__isnull=True).exists()
    assert acknowledgers(ticket) == [
        ("Priya Shah", "Dana Okafor"),
        ("Ruth Lindqvist", "Dana Okafor"),
    ]


LOOKING_ON: dict[str, tuple[str, Act]] = {
    "a customer's reply": ("elena", IN_HAND["reply"]),
    "a note": ("dana", lambda ticket, actor: add_note(ticket=ticket, text="Hm.", actor=actor)),
    "watching": (
        "priya",
        lambda ticket, actor: watch_ticket(
            ticket=ticket, membership_id=actor.membership_id or 0, actor=actor
        ),
    ),
}


@pytest.mark.parametrize(("who", "act"), LOOKING_ON.values(), ids=LOOKING_ON)
def test_looking_on_does_not_stop_the_ladder(
    cast: Cast, database_time: DatabaseTime, who: str, act: Act
) -> None:
    ticket = missed(cast, database_time)
    viewer: Viewer = getattr(cast, who)
    with acting(viewer):
        act(ticket, viewer)
    database_time.set(UNANSWERED_AT)
    assert climb_ladder() == 1
    assert told_of_the_miss(ticket) == ["Priya Shah", "Ruth Lindqvist"]


def test_giving_the_ticket_to_somebody_else_does_not_answer_for_them(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = missed(cast, database_time)
    with acting(cast.priya):
        assign_ticket(ticket=ticket, technician_id=cast.dana.membership_id, actor=cast.priya)
    database_time.set(UNANSWERED_AT)
    assert climb_ladder() == 1


def test_working_on_one_ticket_leaves_the_alerts_of_others_open(
    cast: Cast, database_time: DatabaseTime
) -> None:
    other = opened(cast, database_time)
    ticket = missed(cast, database_time)
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    database_time.set(UNANSWERED_AT)
    assert climb_ladder() == 1
    assert told_of_the_miss(ticket) == ["Priya Shah"]
    assert told_of_the_miss(other) == ["Priya Shah", "Ruth Lindqvist"]


def test_a_ticket_without_an_alert_costs_one_question_more(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana), CaptureQueriesContext(connection) as queries:
        claim_ticket(ticket=ticket, actor=cast.dana)
    asked = [query["sql"] for query in queries if "notifications_notice" in query["sql"]]
    assert len(asked) == 1
