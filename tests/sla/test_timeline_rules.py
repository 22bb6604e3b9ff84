"""The numbered rules of the clock, one by one."""

from typing import Any

import pytest

from contracts.sla import (
    RESPONSES,
    ClockState,
    Fact,
    FactKind,
    Metric,
    Party,
    Priority,
    TimelineError,
    timeline,
)
from tests.sla.specs import CALENDARS, PROMISES, at, fact, hours, opened, pacific, wall

K = FactKind
MINOR, EMERGENCY = Priority.MINOR, Priority.EMERGENCY
MONDAY_10 = opened("2026-06-15 10:00")


def held(text: str, party: Party = Party.CUSTOMER, until: str | None = None) -> Fact:
    end = pacific(until) if until else None
    return fact(K.HELD, text, party=party, reason="Waiting", until=end)


def test_rule_1_a_contract_without_promise_is_an_explicit_no_response_promise() -> None:
    view = at("2026-06-15 12:00", opened("2026-06-15 10:00", promise_id="tier-1")).respond
    assert (view.state, view.state.label) == (ClockState.NONE, "no response promise")
    assert (view.due, view.left, view.rungs, view.segments) == (None, None, (), ())
    assert view.promise.none_reason == "Tier 1 names no response time"


def test_rule_2_out_of_hours_the_clock_starts_at_the_next_opening() -> None:
    view = at("2026-06-13 11:00", opened("2026-06-13 11:00")).respond
    assert view.state is ClockState.WAITING
    assert view.counts_from == pacific("2026-06-15 08:00")
    assert (view.used, view.left) == (hours(0), hours(8))
    assert view.due == pacific("2026-06-15 16:00")


def test_rule_2_in_the_evening_the_running_clock_waits() -> None:
    view = at("2026-06-15 20:00", MONDAY_10).respond
    assert (view.state, view.used, view.left) == (ClockState.WAITING, hours(7), hours(1))


@pytest.mark.parametrize("party", list(Party))
def test_rule_3_the_response_clock_never_pauses(party: Party) -> None:
    view = at("2026-06-15 12:00", MONDAY_10, held("2026-06-15 11:00", party)).respond
    assert (view.state, view.due) == (ClockState.RUNNING, pacific("2026-06-16 09:00"))


@pytest.mark.parametrize(
    ("party", "state"),
    [
        (Party.CUSTOMER, ClockState.PAUSED),
        (Party.CARRIER, ClockState.PAUSED),
        (Party.VENDOR, ClockState.PAUSED),
        (Party.SITE_ACCESS, ClockState.PAUSED),
        (Party.AGREED_VISIT, ClockState.PAUSED),
        (Party.OWN_PART, ClockState.RUNNING),
        (Party.OWN_STAFF, ClockState.RUNNING),
    ],
)
def test_rule_3_the_resolve_clock_pauses_only_for_others(party: Party, state: ClockState) -> None:
    view = at("2026-06-15 12:00", MONDAY_10, held("2026-06-15 11:00", party)).resolve
    assert view.state is state
    assert view.left == (hours(7) if state is ClockState.PAUSED else hours(6))


def test_rule_3_paused_with_no_promised_date_has_no_deadline_and_no_warnings() -> None:
    view = at("2026-06-17 12:00", MONDAY_10, held("2026-06-15 11:00")).resolve
    assert (view.due, view.rungs, view.left, view.used) == (None, (), hours(7), hours(1))


def test_rule_3_a_pause_counts_in_business_time_only() -> None:
    resumed = fact(K.RESUMED, "2026-06-16 08:30")
    view = at("2026-06-16 09:00", MONDAY_10, held("2026-06-15 16:30"), resumed).resolve
    assert view.due == pacific("2026-06-16 10:00")


def test_rule_4_the_reply_of_the_customer_ends_a_hold() -> None:
    reply = fact(K.CUSTOMER_REPLIED, "2026-06-15 12:00")
    view = at("2026-06-15 13:00", MONDAY_10, held("2026-06-15 11:00"), reply).resolve
    assert (view.state, view.due) == (ClockState.RUNNING, pacific("2026-06-16 10:00"))


def test_rule_4_the_promised_date_ends_a_hold_and_the_deadline_is_known_before() -> None:
    hold = held("2026-06-15 11:00", Party.VENDOR, until="2026-06-16 09:00")
    before, after = at("2026-06-15 12:00", MONDAY_10, hold), at("2026-06-16 10:00", MONDAY_10, hold)
    assert before.resolve.state is ClockState.PAUSED
    assert after.resolve.state is ClockState.RUNNING
    assert before.resolve.due == after.resolve.due == pacific("2026-06-16 16:00")
    assert before.hold is not None
    assert after.hold is None


def test_rule_4_the_end_of_a_hold_is_an_event_that_happens_by_itself() -> None:
    hold = held("2026-06-15 11:00", until="2026-06-15 12:00")
    answered = fact(K.REPLIED, "2026-06-15 10:30")
    view = at("2026-06-15 11:30", MONDAY_10, answered, hold)
    assert view.next_event_at == pacific("2026-06-15 12:00")


def test_rule_4_resuming_late_does_not_lengthen_a_hold_past_its_promised_date() -> None:
    hold = held("2026-06-15 11:00", until="2026-06-15 12:00")
    view = at("2026-06-15 15:00", MONDAY_10, hold, fact(K.RESUMED, "2026-06-15 14:00")).resolve
    assert view.due == pacific("2026-06-16 10:00")


def test_rule_5_raising_takes_effect_at_once_counted_from_the_opening() -> None:
    raised = fact(K.PRIORITY_CHANGED, "2026-06-15 12:00", priority=EMERGENCY)
    facts = (opened("2026-06-15 10:00", MINOR), raised)
    assert at("2026-06-15 11:59", *facts).respond.due == pacific("2026-06-17 16:00")
    assert at("2026-06-15 12:00", *facts).respond.due == pacific("2026-06-16 09:00")


def test_rule_5_raising_when_the_time_has_passed_already_is_late_at_once() -> None:
    raised = fact(K.TRIAGED, "2026-06-16 12:00", priority=EMERGENCY)
    view = at("2026-06-16 12:00", opened("2026-06-15 10:00", MINOR), raised).respond
    assert (view.state, view.left) == (ClockState.LATE, hours(-3))


def test_rule_5_lowering_in_time_gives_the_longer_deadline() -> None:
    lowered = fact(K.PRIORITY_CHANGED, "2026-06-15 12:00", priority=MINOR, reason="One phone")
    view = at("2026-06-16 10:00", MONDAY_10, lowered).respond
    assert (view.state, view.due) == (ClockState.RUNNING, pacific("2026-06-17 16:00"))


def test_rule_5_lowering_after_the_deadline_leaves_the_miss() -> None:
    lowered = fact(K.PRIORITY_CHANGED, "2026-06-16 10:00", priority=MINOR, reason="Quieter")
    replied = fact(K.REPLIED, "2026-06-16 11:00")
    view = at("2026-06-17 10:00", MONDAY_10, lowered, replied).respond
    assert (view.state, view.due) == (ClockState.MISSED, pacific("2026-06-16 09:00"))
    assert view.left == hours(-2)


def test_rule_5_a_sealed_verdict_stays_when_the_priority_is_raised_later() -> None:
    replied = fact(K.REPLIED, "2026-06-16 12:00")
    raised = fact(K.PRIORITY_CHANGED, "2026-06-16 13:00", priority=EMERGENCY)
    view = at("2026-06-16 14:00", opened("2026-06-15 10:00", MINOR), replied, raised).respond
    assert (view.state, view.due) == (ClockState.MET, pacific("2026-06-17 16:00"))
    assert view.priority is MINOR


def test_rule_6_reopening_continues_with_what_was_left() -> None:
    resolved = fact(K.RESOLVED, "2026-06-15 14:00")
    reopened = fact(K.REOPENED, "2026-06-18 09:00")
    view = at("2026-06-18 10:00", MONDAY_10, resolved, reopened).resolve
    assert (view.state, view.used, view.left) == (ClockState.RUNNING, hours(5), hours(3))
    assert view.due == pacific("2026-06-18 13:00")


def test_rule_6_a_second_solution_in_time_is_met() -> None:
    facts = (
        MONDAY_10,
        fact(K.RESOLVED, "2026-06-15 14:00"),
        fact(K.CLOSED, "2026-06-15 16:00"),
        fact(K.REOPENED, "2026-06-18 09:00"),
        fact(K.RESOLVED, "2026-06-18 13:00"),
    )
    assert at("2026-06-18 18:00", *facts).resolve.state is ClockState.MET


def test_rule_6_a_miss_stays_a_miss_after_reopening() -> None:
    facts = (
        MONDAY_10,
        fact(K.RESOLVED, "2026-06-16 10:00"),
        fact(K.REOPENED, "2026-06-16 11:00"),
    )
    again = at("2026-06-16 12:00", *facts).resolve
    done = at("2026-06-16 14:00", *facts, fact(K.RESOLVED, "2026-06-16 13:00")).resolve
    assert (again.state, again.due) == (ClockState.LATE, pacific("2026-06-16 09:00"))
    assert again.left == hours(-2)
    assert done.state is ClockState.MISSED


def test_rule_7_the_child_of_a_merge_is_not_judged() -> None:
    merged = fact(K.MERGED, "2026-06-15 12:00", other="CC-7")
    later = fact(K.REPLIED, "2026-06-15 13:00")
    view = at("2026-06-20 12:00", MONDAY_10, merged, later).respond
    assert (view.state, view.merged_into) == (ClockState.MERGED, "CC-7")
    assert view.state.label == "merged, not judged"
    assert view.next_rung is None


def test_rule_7_a_child_that_was_late_already_keeps_its_miss() -> None:
    merged = fact(K.MERGED, "2026-06-16 10:00", other="CC-7")
    assert at("2026-06-16 11:00", MONDAY_10, merged).respond.state is ClockState.MISSED


def test_rule_7_a_merge_can_be_undone_and_the_clock_is_as_it_was() -> None:
    merged = fact(K.MERGED, "2026-06-15 12:00", other="CC-7")
    undone = fact(K.UNMERGED, "2026-06-15 13:00", other="CC-7")
    assert at("2026-06-15 14:00", MONDAY_10, merged, undone) == at("2026-06-15 14:00", MONDAY_10)


def absorbed(text: str, opening: str, **due: str) -> Fact:
    deadlines = tuple((Metric(metric), pacific(instant)) for metric, instant in due.items())
    return fact(
        K.ABSORBED, text, other="CC-9", other_opened_at=pacific(opening), other_due=deadlines
    )


def test_rule_7_the_target_keeps_the_earliest_opening() -> None:
    merge = absorbed("2026-06-15 12:00", "2026-06-15 09:00", respond="2026-06-15 17:00")
    view = at("2026-06-15 13:00", MONDAY_10, merge).respond
    assert view.started_at == pacific("2026-06-15 09:00")
    assert (view.due, view.used) == (pacific("2026-06-15 17:00"), hours(4))


def test_rule_7_the_target_keeps_the_strictest_open_deadline() -> None:
    merge = absorbed("2026-06-15 12:00", "2026-06-15 11:00", respond="2026-06-15 16:00")
    view = at("2026-06-15 13:00", MONDAY_10, merge).respond
    assert (view.due, view.taken_over) == (pacific("2026-06-15 16:00"), True)
    assert view.left == hours(3)
    assert view.rungs[-1] == (100, view.due)
    assert all(instant <= pacific("2026-06-15 16:00") for _, instant in view.rungs)


def test_rule_7_a_looser_deadline_of_the_child_changes_nothing() -> None:
    merge = absorbed("2026-06-15 12:00", "2026-06-15 11:00", respond="2026-06-17 16:00")
    view = at("2026-06-15 13:00", MONDAY_10, merge).respond
    assert (view.due, view.taken_over) == (pacific("2026-06-16 09:00"), False)


def test_rule_7_a_promise_is_not_lost_in_a_target_without_one() -> None:
    merge = absorbed("2026-06-15 12:00", "2026-06-15 11:00", respond="2026-06-15 16:00")
    view = at("2026-06-15 17:30", opened("2026-06-15 10:00", promise_id="tier-1"), merge).respond
    assert (view.state, view.due) == (ClockState.LATE, pacific("2026-06-15 16:00"))


def test_rule_7_an_unanswered_later_report_reopens_an_answered_response_clock() -> None:
    answer = fact(K.REPLIED, "2026-06-15 10:30")
    merge = absorbed("2026-06-15 12:00", "2026-06-15 11:00", respond="2026-06-16 10:00")
    waiting = at("2026-06-15 13:00", MONDAY_10, answer, merge).respond
    assert (waiting.state, waiting.due) == (ClockState.RUNNING, pacific("2026-06-16 10:00"))
    second = fact(K.CALLED, "2026-06-15 14:00")
    met = at("2026-06-15 15:00", MONDAY_10, answer, merge, second).respond
    assert (met.state, met.stopped_at) == (ClockState.MET, pacific("2026-06-15 14:00"))


def test_rule_7_a_merge_into_a_late_answered_ticket_keeps_its_miss() -> None:
    answer = fact(K.REPLIED, "2026-06-16 10:00")
    merge = absorbed("2026-06-16 12:00", "2026-06-16 11:00", respond="2026-06-17 10:00")
    second = fact(K.CALLED, "2026-06-16 14:00")
    view = at("2026-06-16 15:00", MONDAY_10, answer, merge, second).respond
    assert (view.state, view.due) == (ClockState.MISSED, pacific("2026-06-17 10:00"))


def test_rule_7_an_answer_after_the_childs_opening_answers_both() -> None:
    answer = fact(K.REPLIED, "2026-06-15 11:30")
    merge = absorbed("2026-06-15 12:00", "2026-06-15 11:00", respond="2026-06-16 10:00")
    view = at("2026-06-15 13:00", MONDAY_10, answer, merge).respond
    assert (view.state, view.stopped_at) == (ClockState.MET, pacific("2026-06-15 11:30"))


def test_rule_7_an_answered_child_brings_no_deadline_of_its_response() -> None:
    # Opened and answered on Thursday: the later report still has its own eight hours.
    merge = absorbed("2026-06-15 12:00", "2026-06-11 10:00", resolve="2026-06-17 10:00")
    view = at("2026-06-15 13:00", MONDAY_10, merge)
    assert view.respond.started_at == pacific("2026-06-15 10:00")
    assert (view.respond.state, view.respond.due) == (
        ClockState.RUNNING,
        pacific("2026-06-16 09:00"),
    )
    assert view.resolve.started_at == pacific("2026-06-11 10:00")


def test_rule_7_releasing_the_child_gives_the_target_its_own_deadline_back() -> None:
    merge = absorbed("2026-06-15 12:00", "2026-06-15 09:00", respond="2026-06-15 16:00")
    undone = fact(K.RELEASED, "2026-06-15 13:00", other="CC-9")
    assert at("2026-06-15 14:00", MONDAY_10, merge, undone) == at("2026-06-15 14:00", MONDAY_10)


def test_rule_8_a_new_version_moves_open_deadlines_from_the_opening() -> None:
    change = fact(K.PROMISE_CHANGED, "2026-06-15 12:00", promise_id="tier-2-slow")
    assert at("2026-06-15 13:00", MONDAY_10, change).respond.due == pacific("2026-06-16 17:00")
    calendar = fact(K.PROMISE_CHANGED, "2026-06-15 12:00", calendar_id="day-and-night")
    assert at("2026-06-15 13:00", MONDAY_10, calendar).respond.due == pacific("2026-06-15 18:00")


@pytest.mark.parametrize("answered", ["2026-06-15 11:00", "2026-06-16 11:00"])
def test_rule_8_sealed_verdicts_never_move(answered: str) -> None:
    facts = (MONDAY_10, fact(K.REPLIED, answered))
    change = fact(K.PROMISE_CHANGED, "2026-06-16 12:00", promise_id="tier-2-slow")
    before, after = (at("2026-06-16 13:00", *f).respond for f in (facts, (*facts, change)))
    assert (after.state, after.due, after.segments) == (before.state, before.due, before.segments)


def test_rule_9_nothing_washes_a_miss_away() -> None:
    facts = (
        MONDAY_10,
        fact(K.PRIORITY_CHANGED, "2026-06-16 09:30", priority=MINOR),
        fact(K.PROMISE_CHANGED, "2026-06-16 09:31", promise_id="tier-1"),
        held("2026-06-16 09:32"),
        fact(K.RESOLVED, "2026-06-16 09:33"),
        fact(K.REOPENED, "2026-06-16 09:34"),
        fact(K.REPLIED, "2026-06-16 09:35"),
        fact(K.MERGED, "2026-06-16 09:36", other="CC-7"),
    )
    view = at("2026-06-16 10:00", *facts)
    assert [clock.state for clock in view.clocks] == [ClockState.MISSED, ClockState.MISSED]
    assert view.respond.due == view.resolve.due == pacific("2026-06-16 09:00")


def test_rule_10_warnings_are_shares_of_the_target_and_the_breach_is_100() -> None:
    rungs = at("2026-06-15 10:00", MONDAY_10).respond.rungs
    assert [(share, wall(instant)) for share, instant in rungs] == [
        (50, "2026-06-15 14:00 PDT"),
        (75, "2026-06-15 16:00 PDT"),
        (90, "2026-06-16 08:12 PDT"),
        (100, "2026-06-16 09:00 PDT"),
    ]


def test_rule_10_the_next_event_is_the_next_rung_of_any_open_clock() -> None:
    assert at("2026-06-15 14:00", MONDAY_10).next_event_at == pacific("2026-06-15 16:00")
    assert at("2026-06-16 09:00", MONDAY_10).next_event_at is None


def test_rule_11_breach_is_later_than_due_and_not_at_due() -> None:
    due = pacific("2026-06-16 09:00")
    for metric, stop in ((0, K.REPLIED), (1, K.RESOLVED)):
        in_time = timeline((MONDAY_10, Fact(stop, due)), PROMISES, CALENDARS, due)
        late_at = due.replace(microsecond=1)
        late = timeline((MONDAY_10, Fact(stop, late_at)), PROMISES, CALENDARS, late_at)
        assert in_time.clocks[metric].state is ClockState.MET
        assert late.clocks[metric].state is ClockState.MISSED
    assert at("2026-06-16 09:00", MONDAY_10).respond.state is ClockState.RUNNING


def test_rule_11_facts_later_than_now_are_not_known_yet() -> None:
    replied = fact(K.REPLIED, "2026-06-15 12:00")
    assert at("2026-06-15 11:00", MONDAY_10, replied) == at("2026-06-15 11:00", MONDAY_10)


@pytest.mark.parametrize("kind", [kind for kind in FactKind if kind is not K.OPENED])
def test_only_a_reply_a_call_a_session_or_an_arrival_is_a_response(kind: FactKind) -> None:
    extras: dict[FactKind, dict[str, Any]] = {
        K.HELD: {"party": Party.CUSTOMER},
        K.ABSORBED: {"other": "CC-9", "other_opened_at": pacific("2026-06-15 10:00")},
    }
    undone = {K.UNMERGED: K.MERGED, K.RELEASED: K.ABSORBED}
    first = undone.get(kind, kind)
    facts = [fact(first, "2026-06-15 11:00", **{"other": "CC-9", **extras.get(first, {})})]
    if kind in undone:
        facts.append(fact(kind, "2026-06-15 11:00", other="CC-9"))
    state = at("2026-06-15 12:00", MONDAY_10, *facts).respond.state
    is_response = kind in {K.REPLIED, K.CALLED, K.SESSION_STARTED, K.ARRIVED}
    assert (state is ClockState.MET) == is_response == (kind in RESPONSES)


def test_only_the_first_response_counts() -> None:
    calls = (fact(K.CALLED, "2026-06-15 11:00"), fact(K.REPLIED, "2026-06-17 11:00"))
    view = at("2026-06-18 12:00", MONDAY_10, *calls).respond
    assert (view.state, view.stopped_at) == (ClockState.MET, pacific("2026-06-15 11:00"))


def test_a_ticket_closed_unanswered_in_time_is_not_judged() -> None:
    view = at("2026-06-20 12:00", MONDAY_10, fact(K.CLOSED, "2026-06-15 11:00")).respond
    assert (view.state, view.stopped_at) == (ClockState.ENDED, pacific("2026-06-15 11:00"))


def test_closing_and_reopening_without_an_answer_keeps_the_response_clock_running() -> None:
    facts = (MONDAY_10, fact(K.RESOLVED, "2026-06-15 11:00"), fact(K.REOPENED, "2026-06-15 12:00"))
    view = at("2026-06-15 13:00", *facts).respond
    assert (view.state, view.used) == (ClockState.RUNNING, hours(2))
    assert view.due == pacific("2026-06-16 10:00")


def test_an_answer_right_after_the_solution_is_the_response_and_a_late_one_is_no_miss() -> None:
    solved = fact(K.RESOLVED, "2026-06-15 11:00")
    soon = at("2026-06-18 12:00", MONDAY_10, solved, fact(K.REPLIED, "2026-06-15 11:01")).respond
    late = at("2026-06-18 12:00", MONDAY_10, solved, fact(K.REPLIED, "2026-06-17 11:01")).respond
    assert (soon.state, late.state) == (ClockState.MET, ClockState.ENDED)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ((), "first fact"),
        ((fact(K.REPLIED, "2026-06-15 10:00"),), "first fact"),
        ((opened("2026-06-16 10:00"),), "first fact"),
        ((MONDAY_10, opened("2026-06-15 11:00")), "opened a second time"),
        ((opened("2026-06-15 10:00", promise_id="x"),), "promise x is named"),
        ((opened("2026-06-15 10:00", calendar_id="x"),), "calendar x is named"),
        ((fact(K.OPENED, "2026-06-15 10:00"),), "needs priority"),
        ((MONDAY_10, fact(K.HELD, "2026-06-15 10:30")), "needs party"),
        ((MONDAY_10, fact(K.ABSORBED, "2026-06-15 10:30")), "needs other_opened_at"),
        ((MONDAY_10, fact(K.UNMERGED, "2026-06-15 10:30", other="CC-7")), "No merge with CC-7"),
    ],
)
def test_impossible_facts_are_refused(facts: tuple[Fact, ...], words: str) -> None:
    with pytest.raises(TimelineError, match=words):
        at("2026-06-15 12:00", *facts)
