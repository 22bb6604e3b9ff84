"""What mails to customers say of their clocks is what the clocks say."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.template import Context
from django.template.loader import get_template

from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.sla import Party
from notifications.bundles import Reader
from notifications.models import Notice
from tests.builders import TIER_2_WITH_RESOLVE, build_contract
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, at
from tests.tickets.helpers import opened, request_of
from tickets.actions import (
    close_ticket,
    hold_ticket,
    open_ticket,
    reopen_ticket,
    reply_to_ticket,
)
from tickets.models import Ticket

SAME_DAY = "2026-06-15T10:22:00-07:00"
TOO_LATE = "2026-06-16T10:00:00-07:00"
NOT_JUDGED = "Nobody had answered it, so its response promise is not judged."
MISSED = "Nobody had answered it in time: its response promise was missed."
RUNS_ON = "The time that we promised runs on meanwhile."


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    return opened(cast, database_time)


def mails(ticket: Ticket, kind: str) -> list[str]:
    """Return the newest mail of a kind, as text and as HTML, each on one line."""
    with provider_scope(provider_id=ticket.provider_id):
        notice = Notice.objects.filter(kind=kind).latest("pk")
        reader = Reader("Elena", "elena@people.example", ZoneInfo("UTC"), database_now())
    context = Context({"payload": notice.payload, "reader": reader}, autoescape=False)
    engines = [get_template(f"tickets/mail/{kind}.{ending}") for ending in ("txt", "html")]
    written = [engine.template.render(context) for engine in engines]  # type: ignore[attr-defined]
    return [" ".join(text.split()) for text in written]


def close(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)


def hold(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        hold_ticket(
            ticket=ticket, party=Party.CARRIER, reason="Line test", until=None, actor=cast.dana
        )


def answer(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        reply_to_ticket(ticket=ticket, text="We look into it.", actor=cast.dana)


def test_a_ticket_closed_in_time_without_an_answer_is_not_judged(
    cast: Cast, ticket: Ticket
) -> None:
    close(cast, ticket)
    for mail in mails(ticket, "ticket_closed"):
        assert NOT_JUDGED in mail
        assert "reopen the ticket: the time goes on where it stopped." in mail


def test_a_ticket_closed_after_its_deadline_was_missed(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    database_time.set(TOO_LATE)
    close(cast, ticket)
    for mail in mails(ticket, "ticket_closed"):
        assert MISSED in mail
        assert "not judged" not in mail
        assert "reopen the ticket." in mail


def test_a_ticket_without_a_promise_has_none_to_judge(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(SAME_DAY)
    with acting(cast.sam):
        request = request_of(cast, cast.sam, site_id=None, device_id=None)
        ticket = open_ticket(request=request, actor=cast.sam)
    close(cast, ticket)
    for mail in mails(ticket, "ticket_closed"):
        assert "Nobody had answered it." in mail
        assert "promise" not in mail


def test_a_hold_before_the_answer_says_that_the_promised_time_runs_on(
    cast: Cast, ticket: Ticket
) -> None:
    hold(cast, ticket)
    for mail in mails(ticket, "ticket_held"):
        assert RUNS_ON in mail


def test_a_hold_after_the_only_promise_was_kept_says_nothing_of_time(
    cast: Cast, ticket: Ticket
) -> None:
    answer(cast, ticket)
    hold(cast, ticket)
    for mail in mails(ticket, "ticket_held"):
        assert "The time" not in mail
        assert "We go on as soon as we can. A reply from you ends the waiting." in mail


def test_a_hold_of_what_is_late_stops_no_time(cast: Cast, database_time: DatabaseTime) -> None:
    build_contract(cast.bayview, TIER_2_WITH_RESOLVE, device=cast.phone_system)
    in_time, late = (opened(cast, database_time) for _ in range(2))
    hold(cast, in_time)
    for mail in mails(in_time, "ticket_held"):
        assert "The time for the solution does not run meanwhile." in mail
    database_time.set(TOO_LATE)
    hold(cast, late)
    for mail in mails(late, "ticket_held"):
        assert RUNS_ON in mail


def test_reopening_what_was_missed_promises_no_time(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    database_time.set(TOO_LATE)
    close(cast, ticket)
    with acting(cast.elena):
        reopen_ticket(ticket=ticket, text="Dead again.", actor=cast.elena)
    for mail in mails(ticket, "ticket_reopened"):
        assert "the time that was left" not in mail


@pytest.mark.parametrize(("answered", "goes_on"), [(False, True), (True, False)])
def test_reopening_speaks_of_time_only_where_some_is_left(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket, *, answered: bool, goes_on: bool
) -> None:
    if answered:
        answer(cast, ticket)
    close(cast, ticket)
    with at(database_time, SAME_DAY, cast.elena):
        reopen_ticket(ticket=ticket, text="Dead again.", actor=cast.elena)
    for mail in mails(ticket, "ticket_reopened"):
        assert ("go on with the time that was left" in mail) is goes_on
