"""What moves by itself: holds that end, tickets that close; and the nightly check."""

from __future__ import annotations

from datetime import timedelta

from contracts.sla import Party
from notifications.models import OperatorAlarm
from tests.builders import TIER_2_WITH_RESOLVE, build_contract
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, at
from tests.tickets.helpers import MONDAY_10, clock, fresh, instant, kinds, opened
from tickets.actions import hold_ticket, reopen_ticket, resolve_ticket
from tickets.models import Clock, Fact, Ticket
from tickets.sweeps.recheck import Recheck, recheck_clocks
from tickets.sweeps.waking import WakeCount, wake_tickets

TUESDAY_12 = "2026-06-16T12:00:00-07:00"


def held_until(cast: Cast, time: DatabaseTime, until: str) -> Ticket:
    build_contract(cast.bayview, TIER_2_WITH_RESOLVE, device=cast.phone_system)
    ticket = opened(cast, time)
    with acting(cast.dana):
        return hold_ticket(
            ticket=ticket,
            party=Party.CUSTOMER,
            reason="Elena calls back",
            until=instant(until),
            actor=cast.dana,
        )


def test_a_hold_ends_by_itself_at_the_promised_instant(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = held_until(cast, database_time, TUESDAY_12)
    database_time.set("2026-06-16T11:59:59-07:00")
    assert wake_tickets() == WakeCount()
    database_time.set("2026-06-16T15:00:00-07:00")
    assert wake_tickets() == WakeCount(resumed=1)
    assert wake_tickets() == WakeCount()
    with acting(cast.dana):
        stored = fresh(ticket)
        assert (stored.state, stored.hold_party, stored.wake_at) == ("open", "", None)
        resumed = Fact.objects.get(kind="resumed")
        assert (resumed.at, resumed.actor_name) == (instant(TUESDAY_12), "Waking sweep")
        # Opened and held at 10:00, so all eight hours are left.
        assert clock(ticket, "resolve").due_at == instant("2026-06-17T11:00:00-07:00")


def test_a_resolved_ticket_closes_after_a_week(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Done.", actor=cast.dana)
    database_time.set(instant(MONDAY_10) + timedelta(days=7, seconds=1))
    assert wake_tickets() == WakeCount(closed=1)
    with acting(cast.dana):
        assert fresh(ticket).state == "closed"
        assert fresh(ticket).closed_at == instant(MONDAY_10) + timedelta(days=7, seconds=1)
        assert kinds(ticket)[-1] == "closed"


def test_a_reopened_ticket_does_not_close_by_itself(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Done.", actor=cast.dana)
    with at(database_time, TUESDAY_12, cast.elena):
        reopen_ticket(ticket=ticket, text="No.", actor=cast.elena)
    database_time.set(instant(MONDAY_10) + timedelta(days=8))
    assert wake_tickets() == WakeCount()


def test_a_ticket_that_cannot_be_woken_is_set_aside_with_an_alarm(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = held_until(cast, database_time, TUESDAY_12)
    with acting(cast.dana):
        Ticket.objects.filter(pk=ticket.pk).update(state="merged")
    database_time.set("2026-06-16T12:00:01-07:00")
    assert wake_tickets() == WakeCount(poisoned=1)
    assert wake_tickets() == WakeCount()
    with acting(cast.dana):
        assert fresh(ticket).state == "merged"
        assert [alarm.subject for alarm in OperatorAlarm.objects.all()] == [ticket.reference]


def test_a_ticket_that_equals_its_facts_raises_no_alarm(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    held_until(cast, database_time, TUESDAY_12)
    database_time.set("2026-06-15T20:00:00-07:00")
    assert recheck_clocks() == Recheck(tickets=2, differing=0)


def test_a_deadline_that_differs_from_the_facts_raises_an_alarm_and_is_left_alone(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    wrong = instant("2026-12-31T10:00:00-07:00")
    with acting(cast.dana):
        Ticket.objects.filter(pk=ticket.pk).update(next_deadline_at=wrong)
        Clock.objects.filter(ticket_id=ticket.pk, metric="respond").update(due_at=wrong)
    assert recheck_clocks() == Recheck(tickets=1, differing=1)
    with acting(cast.dana):
        alarm = OperatorAlarm.objects.get()
        assert alarm.subject == ticket.reference
        assert "next deadline" in alarm.detail
        assert fresh(ticket).next_deadline_at == wrong
