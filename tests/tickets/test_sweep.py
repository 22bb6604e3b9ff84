"""The deadline sweep: each rung once, misses sealed, bad rows set aside."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg2 import extensions

from accounts.models import Membership
from calcom_portal.common.tenancy import provider_scope, system_scope
from notifications.models import Notice, OperatorAlarm
from tests.cast import Cast
from tests.plans import plans_of
from tests.stage import DatabaseTime, acting, at
from tests.tickets.helpers import (
    MONDAY_10,
    clock,
    fresh,
    id_of,
    instant,
    kinds,
    opened,
    outcomes,
    told,
)
from tickets.actions import assign_ticket, claim_ticket, log_call
from tickets.models import Clock, Fact, Rung, Verdict
from tickets.sweeps.deadlines import SweepCount, sweep_deadlines
from tickets.verification import verify_clock

HALF_USED = "2026-06-15T14:00:01-07:00"
TOO_LATE = "2026-06-16T09:00:02-07:00"


def rungs(cast: Cast) -> list[tuple[int, bool]]:
    with acting(cast.dana):
        return list(Rung.objects.order_by("pk").values_list("share", "told"))


def test_nothing_is_due_before_its_time(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    database_time.set("2026-06-15T14:00:00-07:00")
    assert sweep_deadlines() == SweepCount()


def test_due_clocks_are_read_in_order_however_old_the_statistics_are(cast: Cast) -> None:
    # Statistics know nothing of deadlines that have just passed; of an empty table neither.
    with plans_of("SKIP LOCKED") as plans:
        sweep_deadlines()
    (plan,) = plans
    assert "Index Scan using clock_due" in plan
    assert "Sort" not in plan


def test_half_of_the_time_is_told_once(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    database_time.set(HALF_USED)
    assert sweep_deadlines() == SweepCount(clocks=1, rungs=1, notices=1)
    assert sweep_deadlines() == SweepCount()
    assert rungs(cast) == [(50, True)]
    assert told("clock_warning", of=ticket) == ["Priya Shah"]
    with acting(cast.dana):
        assert clock(ticket).next_at == instant("2026-06-15T16:00:00-07:00")


def test_whoever_has_the_ticket_is_warned_instead_of_the_desk(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    database_time.set(HALF_USED)
    sweep_deadlines()
    assert told("clock_warning", of=ticket) == ["Dana Okafor"]


def test_a_miss_is_sealed_and_told_to_the_desk_too(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.priya):
        assign_ticket(ticket=ticket, technician_id=id_of(cast.dana), actor=cast.priya)
    database_time.set(TOO_LATE)
    assert sweep_deadlines() == SweepCount(clocks=1, rungs=4, misses=1, notices=2)
    assert told("clock_breached", of=ticket) == ["Dana Okafor", "Priya Shah"]
    with acting(cast.dana):
        assert outcomes(ticket) == [("respond", "missed")]
        verdict = Verdict.objects.select_related("fact").get()
        assert verdict.due_at == instant("2026-06-16T09:00:00-07:00")
        assert verdict.sealed_at == instant(TOO_LATE)
        assert json.loads(verdict.fact.body)["details"]["outcome"] == "missed"
        assert (clock(ticket).state, clock(ticket).next_at) == ("late", None)
        assert fresh(ticket).next_deadline_at == instant("2026-06-16T09:00:00-07:00")
        notice = Notice.objects.filter(kind="clock_breached").first()
        assert notice is not None
        assert notice.acknowledge_by == instant(TOO_LATE) + timedelta(minutes=15)
        assert notice.payload["noticed_late_by"] == 2
    assert verify_with(cast) == []


def test_after_an_outage_every_rung_is_recorded_and_only_the_highest_told(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    database_time.set(TOO_LATE)
    sweep_deadlines()
    assert rungs(cast) == [(50, False), (75, False), (90, False), (100, True)]
    assert told("clock_warning", of=ticket) == []
    with acting(cast.dana):
        times = list(Rung.objects.order_by("share").values_list("due_at", flat=True))
        assert times == clock(ticket).rung_times
        assert set(Rung.objects.values_list("decided_at", flat=True)) == {instant(TOO_LATE)}


def test_what_was_answered_during_the_outage_is_recorded_but_told_to_nobody(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-15T16:30:00-07:00", cast.dana):
        log_call(ticket=ticket, text="Spoke to Elena.", actor=cast.dana)
    database_time.set(TOO_LATE)
    assert sweep_deadlines() == SweepCount(clocks=1, rungs=2)
    assert rungs(cast) == [(50, False), (75, False)]
    assert told("clock_warning", of=ticket) == []
    with acting(cast.dana):
        assert outcomes(ticket) == [("respond", "met")]
        assert clock(ticket).state == "met"


def test_a_late_answer_before_the_sweep_seals_one_miss_only(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-16T09:00:01-07:00", cast.dana):
        log_call(ticket=ticket, text="Late.", actor=cast.dana)
    database_time.set(TOO_LATE)
    assert sweep_deadlines() == SweepCount(clocks=1, rungs=4, notices=1)
    with acting(cast.dana):
        assert outcomes(ticket) == [("respond", "missed")]
        assert clock(ticket).state == "missed"
    assert told("clock_breached", of=ticket) == ["Priya Shah"]


def test_what_one_sweep_finds_for_one_person_shares_a_digest(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    opened(cast, database_time)
    database_time.set(HALF_USED)
    sweep_deadlines()
    with acting(cast.dana):
        keys = set(Notice.objects.filter(kind="clock_warning").values_list("digest_key", flat=True))
    assert len(keys) == 1
    assert keys.pop().endswith(f":{cast.priya.membership_id}")


def test_without_a_dispatcher_the_admins_are_told(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with provider_scope(provider_id=cast.calcom.pk):
        Membership.objects.filter(pk=id_of(cast.priya)).update(is_active=False)
    database_time.set(HALF_USED)
    sweep_deadlines()
    assert told("clock_warning", of=ticket) == ["Ruth Lindqvist"]


def test_a_poisoned_row_is_set_aside_and_the_others_are_judged(
    cast: Cast, database_time: DatabaseTime
) -> None:
    bad, good = opened(cast, database_time), opened(cast, database_time)
    with acting(cast.dana):
        Clock.objects.filter(ticket_id=bad.pk, metric="respond").update(rung_shares=[50])
    database_time.set(TOO_LATE)
    count = sweep_deadlines()
    assert (count.clocks, count.misses, count.poisoned) == (2, 1, 1)
    with acting(cast.dana):
        assert outcomes(good) == [("respond", "missed")]
        assert outcomes(bad) == []
        assert clock(bad).failures == 1
        assert clock(bad).next_at == instant(TOO_LATE) + timedelta(minutes=1)
        assert [alarm.subject for alarm in OperatorAlarm.objects.all()] == [bad.reference]


def test_a_poisoned_row_is_tried_less_and_less_often_and_alarms_once(
    cast: Cast, database_time: DatabaseTime
) -> None:
    bad = opened(cast, database_time)
    with acting(cast.dana):
        Clock.objects.filter(ticket_id=bad.pk, metric="respond").update(rung_shares=[50])
    delays = []
    now = instant(TOO_LATE)
    for _ in range(4):
        database_time.set(now)
        sweep_deadlines()
        with acting(cast.dana):
            waits_until = clock(bad).next_at
            assert waits_until is not None
            delays.append(waits_until - now)
            assert OperatorAlarm.objects.count() == 1
        now = waits_until + timedelta(seconds=1)
    assert delays == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 15)]


def test_a_mended_row_fires_with_its_true_instants(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        Clock.objects.filter(ticket_id=ticket.pk, metric="respond").update(rung_shares=[50])
    database_time.set(TOO_LATE)
    sweep_deadlines()
    with acting(cast.dana):
        mended = Clock.objects.filter(ticket_id=ticket.pk, metric="respond")
        mended.update(rung_shares=[50, 75, 90, 100])
    database_time.set("2026-06-16T10:00:00-07:00")
    sweep_deadlines()
    with acting(cast.dana):
        assert Rung.objects.get(share=100).due_at == instant("2026-06-16T09:00:00-07:00")
        assert (outcomes(ticket), clock(ticket).failures) == ([("respond", "missed")], 0)


def test_a_thousand_idle_sweeps_change_nothing(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    database_time.set(TOO_LATE)
    sweep_deadlines()
    with system_scope("count"):
        before = (Rung.objects.count(), Fact.objects.count(), Notice.objects.count())
    assert all(sweep_deadlines() == SweepCount() for _ in range(1000))
    with system_scope("count"):
        assert (Rung.objects.count(), Fact.objects.count(), Notice.objects.count()) == before


def test_a_sweep_asks_the_same_number_of_questions_for_one_and_for_many(
    cast: Cast, database_time: DatabaseTime
) -> None:
    counts = []
    for size in (1, 5):
        for _ in range(size):
            opened(cast, database_time)
        database_time.set(TOO_LATE)
        with CaptureQueriesContext(connection) as queries:
            sweep_deadlines()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_both_providers_are_swept_and_each_chain_holds(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    database_time.set(TOO_LATE)
    sweep_deadlines()
    with system_scope("verify"):
        assert verify_clock(cast.calcom.pk) == []
        assert verify_clock(cast.northline.pk) == []


def verify_with(cast: Cast) -> list[str]:
    with system_scope("verify"):
        return verify_clock(cast.calcom.pk)


TAMPERING = {
    "a fact's text": ("UPDATE tickets_fact SET body = replace(body, 'missed', 'met')", "changed"),
    "a fact's time": ("UPDATE tickets_fact SET at = at - interval '1 hour'", "columns differ"),
    "a verdict": ("UPDATE tickets_verdict SET outcome = 'met'", "outcome differ from fact"),
    "a lost verdict": ("DELETE FROM tickets_verdict", "seals a verdict that is gone"),
    "a lost fact": (
        "DELETE FROM tickets_verdict; DELETE FROM tickets_fact WHERE kind = 'verdict'",
        "its head says",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_as_the_owner_is_found(
    committed_cast: Cast,
    database_time: DatabaseTime,
    owner_connection: extensions.connection,
    capsys: pytest.CaptureFixture[str],
    what: str,
) -> None:
    sql, words = TAMPERING[what]
    opened(committed_cast, database_time)
    database_time.set(TOO_LATE)
    sweep_deadlines()
    call_command("verify_ledgers")
    with owner_connection.cursor() as cursor:
        # Forced row policies bind even the owner.
        cursor.execute("SET ROLE portal_owner")
        for table in ("tickets_fact", "tickets_verdict"):
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(sql)
        for table in ("tickets_fact", "tickets_verdict"):
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    owner_connection.commit()
    with pytest.raises(CommandError, match="breaks found"):
        call_command("verify_ledgers")
    assert words in capsys.readouterr().err


def test_the_app_itself_cannot_change_the_ledger(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time, MONDAY_10)
    with acting(cast.dana), pytest.raises(Exception, match="permission denied"):
        Fact.objects.update(actor_name="Somebody else")


def test_a_ticket_is_explained_at_the_console(
    cast: Cast, database_time: DatabaseTime, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = opened(cast, database_time)
    database_time.set(TOO_LATE)
    sweep_deadlines()
    call_command("explain", ticket.reference.lower())
    printed = capsys.readouterr().out
    assert "CC-1001  No dial tone at front desk" in printed
    assert "Response sealed as missed" in printed
    assert "Document hash (SHA-256): " in printed
    with acting(cast.dana):
        assert kinds(ticket) == ["opened", "verdict"]


def test_an_unknown_ticket_is_named_at_the_console(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no ticket CC-9"):
        call_command("explain", "CC-9")
