"""Several at once: one winner, one verdict, and the same result whoever is first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.capabilities import Role
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import replayed_scope, system_scope
from contracts.models import CalendarVersion
from contracts.sla import FactKind
from tests.builders import build_person
from tests.cast import Cast
from tests.races import all_at_once
from tests.stage import acting
from tests.tickets.helpers import clock, fresh, instant, outcomes, request_of
from tests.tickets.test_follow_up import publish
from tickets import follow_up
from tickets.actions import claim_ticket, log_call, merge_tickets, open_ticket, reply_to_ticket
from tickets.ledger import add_fact
from tickets.locks import lock_ticket
from tickets.models import Clock, Fact, Rung, Ticket, Verdict
from tickets.sweeps.deadlines import sweep_deadlines
from tickets.verification import verify_clock

MONDAY_10 = "2026-06-15T10:00:00-07:00"
IN_TIME = "2026-06-16T08:59:59-07:00"
TOO_LATE = "2026-06-16T09:00:01-07:00"


def opened_at(cast: Cast, moment: str) -> Ticket:
    with acting(cast.elena), replayed_scope(instant(moment)):
        return open_ticket(request=request_of(cast), actor=cast.elena)


def holds(cast: Cast) -> bool:
    with system_scope("verify"):
        return verify_clock(cast.calcom.pk) == []


def test_of_twenty_who_claim_at_once_exactly_one_wins(committed_cast: Cast) -> None:
    cast = committed_cast
    ticket = opened_at(cast, MONDAY_10)
    rivals = [build_person(cast.calcom, Role.TECHNICIAN) for _ in range(20)]

    def claim(rival: Any) -> Callable[[], Any]:
        def act() -> Any:
            with acting(rival):
                return claim_ticket(ticket=ticket, actor=rival).assignee_id

        return act

    answers = all_at_once([claim(rival) for rival in rivals])
    winners = [answer for answer in answers if isinstance(answer, int)]
    refusals = [answer for answer in answers if isinstance(answer, RuleBroken)]
    assert (len(winners), len(refusals)) == (1, 19)
    name = next(rival.name for rival in rivals if rival.membership_id == winners[0])
    assert {refusal.message for refusal in refusals} == {
        f"{name} has already claimed ticket {ticket.reference}."
    }
    with acting(cast.dana):
        assert fresh(ticket).assignee_id == winners[0]
        assert Fact.objects.filter(kind="assigned").count() == 1
    assert holds(cast)


def test_a_reply_in_time_is_met_whoever_comes_first(committed_cast: Cast) -> None:
    cast = committed_cast
    tickets = [opened_at(cast, MONDAY_10) for _ in range(12)]
    for ticket in tickets:
        all_at_once([partial(answered, cast, ticket, IN_TIME), swept])
    with acting(cast.dana):
        last = [outcomes(ticket)[-1] for ticket in tickets]
        assert last == [("respond", "met")] * len(tickets)
        assert {clock(ticket).state for ticket in tickets} == {"met"}
        assert {fresh(ticket).next_deadline_at for ticket in tickets} == {None}
    assert holds(cast)


def test_a_late_reply_is_one_miss_whoever_comes_first(committed_cast: Cast) -> None:
    cast = committed_cast
    tickets = [opened_at(cast, MONDAY_10) for _ in range(12)]
    for ticket in tickets:
        all_at_once([partial(answered, cast, ticket, TOO_LATE), swept])
    with acting(cast.dana):
        assert [outcomes(ticket) for ticket in tickets] == [[("respond", "missed")]] * len(tickets)
    assert holds(cast)


def test_eight_sweeps_at_once_judge_everything_once(committed_cast: Cast) -> None:
    cast = committed_cast
    tickets = [opened_at(cast, MONDAY_10) for _ in range(60)]
    counts = all_at_once([lambda: sweep_deadlines(limit=7)] * 8)
    assert sum(count.clocks for count in counts) == len(tickets)
    with system_scope("count"):
        assert Rung.objects.count() == 4 * len(tickets)
        assert Verdict.objects.filter(outcome="missed").count() == len(tickets)
        assert not Clock.objects.filter(next_at__isnull=False).exists()
    assert holds(cast)


def test_many_answers_to_one_ticket_leave_one_verdict_and_a_whole_chain(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    ticket = opened_at(cast, MONDAY_10)
    calls = [partial(answered, cast, ticket, IN_TIME)] * 10 + [swept] * 2
    assert [answer for answer in all_at_once(calls) if isinstance(answer, Exception)] == []
    with acting(cast.dana):
        assert outcomes(ticket)[-1] == ("respond", "met")
        assert Fact.objects.filter(ticket_id=ticket.pk, kind="called").count() == 10
    assert holds(cast)


def test_twenty_tickets_at_once_get_twenty_numbers(committed_cast: Cast) -> None:
    cast = committed_cast

    def report() -> str:
        with acting(cast.elena):
            return open_ticket(request=request_of(cast), actor=cast.elena).reference

    references = all_at_once([report] * 20)
    assert sorted(references) == [f"CC-{number}" for number in range(1001, 1021)]
    assert holds(cast)


def test_two_who_merge_each_way_do_not_block_each_other(committed_cast: Cast) -> None:
    cast = committed_cast
    one, two = opened_at(cast, MONDAY_10), opened_at(cast, MONDAY_10)

    def merge(child: Ticket, target: Ticket) -> Callable[[], Any]:
        def act() -> Any:
            with acting(cast.dana):
                return merge_tickets(child=child, target=target, reason="Same", actor=cast.dana).pk

        return act

    answers = all_at_once([merge(one, two), merge(two, one)])
    assert sorted(type(answer).__name__ for answer in answers) == ["RuleBroken", "int"]
    with acting(cast.dana):
        assert sorted([fresh(one).state, fresh(two).state]) == ["merged", "open"]
    assert holds(cast)


def test_replies_of_both_sides_at_once_are_both_kept(committed_cast: Cast) -> None:
    cast = committed_cast
    ticket = opened_at(cast, MONDAY_10)

    def reply(viewer: Any) -> Callable[[], Any]:
        def act() -> Any:
            with acting(viewer):
                return reply_to_ticket(ticket=ticket, text="Hello.", actor=viewer).pk

        return act

    answers = all_at_once([reply(cast.elena), reply(cast.dana)] * 4)
    assert all(isinstance(answer, int) for answer in answers)
    assert holds(cast)


def test_who_acts_while_a_calendar_is_published_is_not_cut_off(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publishing must not ask for a ticket while it holds the chain: the other way round waits."""
    monkeypatch.setattr(follow_up, "BATCH", 1)
    cast = committed_cast
    tickets = [opened_at(cast, MONDAY_10) for _ in range(2)]
    with acting(cast.ruth):
        newest = CalendarVersion.objects.get(calendar__is_default=True)
    has_ticket, publishes = threading.Event(), threading.Event()

    def answer() -> int:
        with acting(cast.dana):
            locked = lock_ticket(tickets[1])
            has_ticket.set()
            publishes.wait(timeout=30)
            time.sleep(0.5)  # Publishing now waits for this ticket.
            return add_fact(locked, FactKind.CALLED, cast.dana).number

    def publish() -> int:
        has_ticket.wait(timeout=30)
        with acting(cast.ruth):
            publishes.set()
            follow_up.recount(newest.calendar_id, newest.pk, cast.ruth)
        return newest.pk

    assert [type(one) for one in all_at_once([answer, publish])] == [int, int]
    assert holds(cast)


def test_a_ticket_opened_while_a_calendar_is_published_is_counted_by_it(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    before = opened_at(cast, MONDAY_10)
    is_open, publishes = threading.Event(), threading.Event()

    def report() -> int:
        with acting(cast.elena):
            ticket = open_ticket(request=request_of(cast), actor=cast.elena)
            is_open.set()
            publishes.wait(timeout=30)
            time.sleep(0.5)  # The new version is there, and nobody else sees this ticket.
            return ticket.pk

    def publish_with_a_holiday() -> int:
        is_open.wait(timeout=30)
        publishes.set()
        return publish(cast).pk

    opened, version = all_at_once([report, publish_with_a_holiday])
    with acting(cast.dana):
        rows = Ticket.objects.filter(pk__in=[before.pk, opened])
        assert {ticket.calendar_version_id for ticket in rows} == {version}
    assert holds(cast)


def answered(cast: Cast, ticket: Ticket, moment: str) -> int:
    with acting(cast.dana), replayed_scope(instant(moment)):
        return log_call(ticket=ticket, text="Spoke to Elena.", actor=cast.dana).pk


def swept() -> int:
    with system_scope("a test sweeps"), replayed_scope(instant(TOO_LATE)):
        return sweep_deadlines().clocks
