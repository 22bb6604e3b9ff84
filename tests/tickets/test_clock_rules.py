"""The rules of the clock, kept by the actions: every deadline exact to the second."""

from __future__ import annotations

from datetime import datetime

import pytest

from calcom_portal.common.tenancy import replayed_scope
from contracts.sla import Party, Priority
from tests.builders import TIER_2_WITH_RESOLVE, build_contract
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, at
from tests.tickets.helpers import (
    MONDAY_10,
    TUESDAY_9,
    clock,
    fresh,
    instant,
    kinds,
    opened,
    outcomes,
)
from tickets.actions import (
    change_priority,
    close_ticket,
    hold_ticket,
    log_call,
    merge_tickets,
    pauses_resolve_clock,
    reopen_ticket,
    reply_to_ticket,
    resolve_ticket,
    resume_ticket,
    unmerge_ticket,
)
from tickets.models import Clock, Ticket, Verdict
from tickets.snapshot import explanation_of, timeline_of
from tickets.sweeps.deadlines import sweep_deadlines

FRIDAY_14 = "2026-06-12T14:00:00-07:00"
FRIDAY_16 = "2026-06-12T16:00:00-07:00"
MONDAY_9 = "2026-06-15T09:00:00-07:00"


@pytest.fixture
def with_resolve(cast: Cast) -> Cast:
    """Give the phone system a contract that promises solutions too."""
    build_contract(cast.bayview, TIER_2_WITH_RESOLVE, device=cast.phone_system)
    return cast


def due(ticket: Ticket, metric: str = "resolve") -> datetime | None:
    return clock(ticket, metric).due_at


def held(cast: Cast, ticket: Ticket, party: Party, until: str | None = None) -> None:
    hold_ticket(
        ticket=ticket,
        party=party,
        reason="Waiting",
        until=instant(until) if until else None,
        actor=cast.dana,
    )


def test_a_hold_of_the_resolve_clock_counts_in_business_time_only(
    with_resolve: Cast, database_time: DatabaseTime
) -> None:
    cast = with_resolve
    ticket = opened(cast, database_time, FRIDAY_14)
    with at(database_time, FRIDAY_16, cast.dana):
        held(cast, ticket, Party.CUSTOMER)
        assert due(ticket) is None
        assert clock(ticket).due_at == instant("2026-06-15T13:00:00-07:00")
        assert fresh(ticket).next_deadline_at == instant("2026-06-15T13:00:00-07:00")
    with at(database_time, MONDAY_9, cast.dana):
        resume_ticket(ticket=ticket, actor=cast.dana)
        assert due(ticket) == instant("2026-06-15T15:00:00-07:00")


@pytest.mark.parametrize("party", [Party.OWN_PART, Party.OWN_STAFF])
def test_waiting_for_ourselves_pauses_nothing(
    with_resolve: Cast, database_time: DatabaseTime, party: Party
) -> None:
    cast = with_resolve
    ticket = opened(cast, database_time, FRIDAY_14)
    before = ticket.next_deadline_at
    with at(database_time, FRIDAY_16, cast.dana):
        held(cast, ticket, party)
        assert not pauses_resolve_clock(ticket, party)
        assert due(ticket) == before


def test_the_response_clock_never_pauses(with_resolve: Cast, database_time: DatabaseTime) -> None:
    cast = with_resolve
    ticket = opened(cast, database_time)
    with at(database_time, MONDAY_10, cast.dana):
        held(cast, ticket, Party.SITE_ACCESS)
        assert due(ticket, "respond") == instant(TUESDAY_9)
        assert clock(ticket).next_at == instant("2026-06-15T14:00:00-07:00")


def test_a_customers_reply_ends_the_pause(with_resolve: Cast, database_time: DatabaseTime) -> None:
    cast = with_resolve
    ticket = opened(cast, database_time, FRIDAY_14)
    with at(database_time, FRIDAY_16, cast.dana):
        held(cast, ticket, Party.CUSTOMER)
    with at(database_time, MONDAY_9, cast.elena):
        reply_to_ticket(ticket=ticket, text="Here you are.", actor=cast.elena)
        assert due(ticket) == instant("2026-06-15T15:00:00-07:00")


def test_a_hold_with_a_promised_date_keeps_a_deadline(
    with_resolve: Cast, database_time: DatabaseTime
) -> None:
    cast = with_resolve
    ticket = opened(cast, database_time, FRIDAY_14)
    with at(database_time, FRIDAY_16, cast.dana):
        held(cast, ticket, Party.CUSTOMER, until=MONDAY_9)
        assert due(ticket) == instant("2026-06-15T15:00:00-07:00")
        assert fresh(ticket).wake_at == instant(MONDAY_9)


def test_raising_the_priority_counts_from_the_opening_at_once(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time, priority=Priority.MINOR)
    with at(database_time, "2026-06-15T15:00:00-07:00", cast.dana):
        change_priority(ticket=ticket, priority=Priority.EMERGENCY, reason="", actor=cast.dana)
        assert fresh(ticket).next_deadline_at == instant(TUESDAY_9)
        # Half was used up an hour ago: the sweep finds that at once, with the true instant.
        assert clock(ticket).next_at == instant("2026-06-15T14:00:00-07:00")


def test_lowering_never_washes_a_miss_away(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    database_time.set("2026-06-16T09:00:01-07:00")
    sweep_deadlines()
    with at(database_time, "2026-06-16T09:30:00-07:00", cast.dana):
        change_priority(ticket=ticket, priority=Priority.MINOR, reason="One phone", actor=cast.dana)
        log_call(ticket=ticket, text="Late, but here.", actor=cast.dana)
        assert outcomes(ticket) == [("respond", "missed")]
        assert clock(ticket).state == "missed"
        assert clock(ticket).due_at == instant(TUESDAY_9)


def test_an_answer_on_the_very_second_is_in_time(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, TUESDAY_9, cast.dana):
        log_call(ticket=ticket, text="Just in time.", actor=cast.dana)
        assert outcomes(ticket) == [("respond", "met")]


def test_an_answer_a_microsecond_later_is_not(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-16T09:00:00.000001-07:00", cast.dana):
        log_call(ticket=ticket, text="Too late.", actor=cast.dana)
        assert outcomes(ticket) == [("respond", "missed")]
        assert Verdict.objects.get().due_at == instant(TUESDAY_9)


def test_reopening_continues_with_what_was_left(
    with_resolve: Cast, database_time: DatabaseTime
) -> None:
    cast = with_resolve
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-15T12:00:00-07:00", cast.dana):
        resolve_ticket(ticket=ticket, text="Done.", actor=cast.dana)
        assert outcomes(ticket) == [("respond", "met"), ("resolve", "met")]
    with at(database_time, "2026-06-17T12:00:00-07:00", cast.elena):
        reopen_ticket(ticket=ticket, text="Not quite.", actor=cast.elena)
        # Two of eight hours were used; the closed stretch does not count.
        assert due(ticket) == instant("2026-06-18T09:00:00-07:00")
        assert fresh(ticket).next_deadline_at == instant("2026-06-18T09:00:00-07:00")


def test_a_reopened_ticket_that_runs_late_corrects_the_met_verdict(
    with_resolve: Cast, database_time: DatabaseTime
) -> None:
    cast = with_resolve
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-15T12:00:00-07:00", cast.dana):
        resolve_ticket(ticket=ticket, text="Done.", actor=cast.dana)
    with at(database_time, "2026-06-15T13:00:00-07:00", cast.elena):
        reopen_ticket(ticket=ticket, text="Not quite.", actor=cast.elena)
    database_time.set("2026-06-17T08:00:00-07:00")
    sweep_deadlines()
    with acting(cast.dana):
        assert outcomes(ticket) == [("respond", "met"), ("resolve", "met"), ("resolve", "missed")]
        correction = Verdict.objects.order_by("pk").last()
        assert correction is not None
        assert correction.corrects is not None
        assert correction.corrects.outcome == "met"
        assert correction.reason == (
            "The ticket was reopened and not solved in the time that was left."
        )


def test_a_miss_stays_a_miss_when_reopened(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-16T10:00:00-07:00", cast.dana):
        resolve_ticket(ticket=ticket, text="Late.", actor=cast.dana)
    with at(database_time, "2026-06-16T11:00:00-07:00", cast.elena):
        reopen_ticket(ticket=ticket, text="No.", actor=cast.elena)
        assert outcomes(ticket) == [("respond", "missed")]


def test_closing_unanswered_in_time_is_not_judged(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-15T11:00:00-07:00", cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)
        assert (clock(ticket).state, clock(ticket).next_at) == ("ended", None)
        assert outcomes(ticket) == []


def test_closing_unanswered_and_late_is_a_miss(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-16T10:00:00-07:00", cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)
        assert outcomes(ticket) == [("respond", "missed")]


def test_a_merge_keeps_the_strictest_deadline_and_judges_the_child_no_more(
    cast: Cast, database_time: DatabaseTime
) -> None:
    minor = opened(cast, database_time, FRIDAY_14, priority=Priority.MINOR)
    urgent = opened(cast, database_time, "2026-06-12T15:00:00-07:00")
    with at(database_time, FRIDAY_16, cast.dana):
        merge_tickets(child=urgent, target=minor, reason="Same card", actor=cast.dana)
        assert (clock(urgent).state, clock(urgent).next_at) == ("merged", None)
        assert fresh(minor).next_deadline_at == instant("2026-06-15T14:00:00-07:00")
        unmerge_ticket(child=fresh(urgent), actor=cast.dana)
        assert fresh(minor).next_deadline_at == instant("2026-06-17T11:00:00-07:00")
        assert clock(urgent).due_at == instant("2026-06-15T14:00:00-07:00")
        assert outcomes(urgent) == []


def test_a_late_child_stays_a_miss_when_merged(cast: Cast, database_time: DatabaseTime) -> None:
    child = opened(cast, database_time)
    target = opened(cast, database_time, "2026-06-16T10:00:00-07:00")
    with at(database_time, "2026-06-16T10:01:00-07:00", cast.dana):
        merge_tickets(child=child, target=target, reason="Same card", actor=cast.dana)
        assert outcomes(child) == [("respond", "missed")]


def test_a_reply_received_before_the_deadline_corrects_a_miss_that_was_sealed_meanwhile(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    database_time.set("2026-06-16T09:00:01-07:00")
    sweep_deadlines()
    with acting(cast.dana), replayed_scope(instant("2026-06-16T08:59:59-07:00")):
        reply_to_ticket(ticket=ticket, text="Received in time.", actor=cast.dana)
        assert outcomes(ticket) == [("respond", "missed"), ("respond", "met")]
        first, second = Verdict.objects.order_by("pk")
        assert second.corrects_id == first.pk
        assert "received before the deadline" in second.reason
        assert (clock(ticket).state, fresh(ticket).next_deadline_at) == ("met", None)


def test_a_verdict_is_sealed_once_whatever_follows(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, MONDAY_10, cast.dana):
        for text in ("First.", "Second.", "Third."):
            reply_to_ticket(ticket=ticket, text=text, actor=cast.dana)
        assert outcomes(ticket) == [("respond", "met")]
        assert kinds(ticket) == ["opened", "replied", "verdict", "replied", "replied"]


def test_stored_clocks_are_what_the_facts_say_after_everything(
    with_resolve: Cast, database_time: DatabaseTime
) -> None:
    cast = with_resolve
    ticket = opened(cast, database_time, FRIDAY_14)
    with at(database_time, FRIDAY_16, cast.dana):
        held(cast, ticket, Party.VENDOR)
        reply_to_ticket(ticket=ticket, text="Waiting for the part.", actor=cast.dana)
        resume_ticket(ticket=ticket, actor=cast.dana)
        change_priority(ticket=ticket, priority=Priority.MINOR, reason="One", actor=cast.dana)
        views = timeline_of(fresh(ticket)).clocks
        rows = {row.metric: row for row in Clock.objects.filter(ticket_id=ticket.pk)}
        assert [rows[view.metric].due_at for view in views] == [view.due for view in views]
        assert [rows[view.metric].stopped_at for view in views] == [
            view.stopped_at for view in views
        ]


def test_the_explanation_has_lines_and_a_hash_of_what_it_says(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-15T14:40:00-07:00", cast.dana):
        explanation = explanation_of(fresh(ticket), "America/Los_Angeles")
        respond = explanation.clocks[0]
        assert respond.sentence == "3 h 20 m of business time left · due Tue 09:00 PDT"
        assert respond.lines[-1].amount == "8 h"
        assert len(explanation.document_hash) == 64
        again = explanation_of(fresh(ticket), "America/Los_Angeles")
        assert again.document_hash == explanation.document_hash
