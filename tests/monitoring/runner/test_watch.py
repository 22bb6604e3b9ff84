"""What the runner makes of results: retries, parents, our own health, clocks."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from monitoring.models import ResultCode
from monitoring.probes.results import Outcome
from monitoring.runner.outbox import CODES, PARENT_DOWN, Outbox, storable, storable_took
from monitoring.states import State
from tests.monitoring.runner.stage import START, Stage, plan_of, up_since

DEAD = Outcome.DEAD


def test_an_outage_is_proven_by_three_tries_within_a_minute_and_ended_by_two() -> None:
    stage = Stage(plan_of(1, **up_since()))
    stage.run(120, c1=DEAD)
    assert stage.changes(1) == ["suspect", "down"]
    failed, down = (row for row in stage.rows() if row.was)
    assert timedelta(seconds=35) < down.at - failed.at < timedelta(seconds=50)
    stage.run(120)
    assert stage.changes(1) == ["suspect", "down", "recovering", "up"]


def test_one_lost_answer_changes_nothing_for_anybody() -> None:
    stage = Stage(plan_of(1, **up_since()))
    stage.say(1, DEAD)
    stage.run(30)
    assert stage.changes(1) == ["suspect", "up"]


def test_a_first_answer_is_proof_enough() -> None:
    stage = Stage(plan_of(1))
    stage.run(6)
    assert stage.changes(1) == ["up"]


def test_every_check_is_asked_once_an_interval() -> None:
    stage = Stage(*(plan_of(number, **up_since()) for number in range(1, 101)))
    asked = stage.run(600)
    assert len(asked) == 100
    for turns in asked.values():
        gaps = [later - earlier for earlier, later in itertools.pairwise(turns)]
        assert all(59.7 < gap < 60.3 for gap in gaps)


def test_impaired_equipment_is_up() -> None:
    stage = Stage(plan_of(1))
    stage.say(1, Outcome.DEGRADED)
    assert stage.state(1) is State.UP
    assert [(row.outcome, row.code) for row in stage.rows()] == [(Outcome.DEGRADED, 1)]


def test_what_we_could_not_ask_says_nothing_about_equipment() -> None:
    stage = Stage(plan_of(1, **up_since()))
    stage.run(600, c1=Outcome.UNKNOWN)
    assert stage.changes(1) == ["unknown"]
    stage.say(1)
    assert stage.state(1) is State.UP


def family() -> Stage:
    """Give a router with two phones behind it."""
    return Stage(
        plan_of(1, **up_since()),
        plan_of(2, parent_id=1, **up_since()),
        plan_of(3, parent_id=1, **up_since()),
    )


def test_phones_behind_a_dead_router_are_unreachable_and_never_down() -> None:
    stage = family()
    stage.run(300, c1=DEAD, c2=DEAD, c3=DEAD)
    assert stage.state(1) is State.DOWN
    assert [stage.state(2), stage.state(3)] == [State.UNREACHABLE] * 2
    assert "down" not in stage.changes(2) + stage.changes(3)
    assert stage.rows()[-1].code in {2, PARENT_DOWN}


def test_a_child_waits_for_its_parents_proof_whoever_failed_first() -> None:
    stage = family()
    # The phone is asked again and again before anybody asks the router.
    for _ in range(3):
        stage.say(2, DEAD)
        stage.seconds += 1
    assert stage.state(2) is State.SUSPECT
    router = stage.watch.get(1)
    assert router is not None
    assert any(watched is router for watched, _ in stage.watch.due())


def test_a_dead_phone_behind_a_router_that_answers_is_down() -> None:
    stage = family()
    stage.run(180, c2=DEAD)
    assert [stage.state(1), stage.state(2), stage.state(3)] == [State.UP, State.DOWN, State.UP]


def test_phones_are_asked_soon_after_their_router_is_back() -> None:
    stage = family()
    stage.run(300, c1=DEAD, c2=DEAD, c3=DEAD)
    while stage.state(1) is not State.UP:
        stage.run(1, c2=DEAD, c3=DEAD)
    stage.run(5)
    assert [stage.state(2), stage.state(3)] == [State.UP, State.UP]


def test_a_phone_that_is_slow_to_come_back_is_counted_anew() -> None:
    stage = family()
    stage.run(300, c1=DEAD, c2=DEAD, c3=DEAD)
    while stage.state(1) is not State.UP:
        stage.run(1, c2=DEAD, c3=DEAD)
    stage.run(10, c2=DEAD)
    assert stage.state(2) is State.SUSPECT


def town(sites: int = 5) -> Stage:
    """Give twenty checks over some sites."""
    return Stage(*(plan_of(n, site_id=n % sites, **up_since()) for n in range(1, 21)))


def test_when_a_third_fails_at_several_sites_we_suspect_ourselves_and_call_nobody_down() -> None:
    stage = town()
    stage.run(60)
    everything = {f"c{number}": DEAD for number in range(1, 21)}
    stage.run(300, **everything)
    assert stage.health == [True]
    assert not any("down" in stage.changes(number) for number in range(1, 21))
    assert stage.state(20) is State.UNKNOWN
    stage.run(120)
    assert stage.health == [True, False]
    assert all(stage.state(number) is State.UP for number in range(1, 21))


def test_the_death_of_one_large_site_is_no_illness_of_ours() -> None:
    stage = town(sites=2)
    stage.run(60)
    stage.run(300, **{f"c{number}": DEAD for number in range(1, 21, 2)})
    assert stage.health == []
    assert all(stage.state(number) is State.DOWN for number in range(1, 21, 2))


def test_what_a_sites_agent_asks_says_nothing_about_our_own_way_out() -> None:
    stage = Stage(*(plan_of(n, site_id=n, agent_id=n, **up_since()) for n in range(1, 21)))
    stage.run(300, **{f"c{number}": DEAD for number in range(1, 21)})
    assert stage.health == []
    assert stage.state(1) is State.DOWN


def test_equipment_that_has_been_dead_for_long_does_not_make_us_ill() -> None:
    stage = town()
    for number in range(1, 16):
        stage.seconds += 61
        stage.run(180, **{f"c{old}": DEAD for old in range(1, number + 1)})
    assert stage.health == []


def test_a_changed_check_is_asked_soon_and_keeps_what_it_went_through() -> None:
    stage = Stage(plan_of(1, every=3600.0, **up_since()))
    stage.run(1)
    stage.watch.update([replace(plan_of(1, every=1800.0), digest="b")])
    assert [watched.plan.every for watched, _ in stage.watch.due()] == [1800.0]
    assert stage.state(1) is State.UP


def test_a_dropped_check_is_not_asked_and_its_late_answer_is_not_written() -> None:
    stage = Stage(plan_of(1, **up_since()), plan_of(2, parent_id=1, **up_since()))
    stage.watch.drop([1])
    stage.say(1, DEAD)
    assert 1 not in stage.run(120)
    assert {row.check_id for row in stage.rows()} == {2}


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_jump_of_the_databases_clock_moves_no_turn_and_keeps_results_in_order(hours: int) -> None:
    stage = Stage(plan_of(1, **up_since()))
    before = stage.run(120)[1]
    now = stage.clock.steady()
    assert stage.clock.follow(stage.clock.instant() + timedelta(hours=hours), now, now)
    after = stage.run(120)[1]
    assert 59 < after[0] - before[-1] < 61
    instants = [row.at for row in stage.rows()]
    assert instants == sorted(set(instants))
    assert stage.clock.jumps == 1


def test_small_wandering_of_the_clock_is_no_jump() -> None:
    stage = Stage()
    stage.seconds = 10.0
    now = stage.clock.steady()
    assert not stage.clock.follow(START + timedelta(seconds=11), now, now)
    assert stage.clock.instant() == START + timedelta(seconds=11)


def test_an_answer_that_was_long_on_its_way_says_nothing_about_the_clock() -> None:
    stage = Stage()
    asked = stage.clock.steady()
    stage.seconds = 8.0
    for read_at in (0, 4, 8):
        read = START + timedelta(seconds=read_at)
        assert not stage.clock.follow(read, asked, stage.clock.steady())
        assert stage.clock.instant() == START + timedelta(seconds=8)
    assert stage.clock.follow(START + timedelta(seconds=11), asked, stage.clock.steady())
    assert stage.clock.instant() == START + timedelta(seconds=11)


def test_a_restarted_runner_goes_on_where_the_other_one_ended() -> None:
    stage = Stage(plan_of(1, **up_since()))
    stage.say(1, DEAD)
    stage.say(1, DEAD)
    known = stage.watch.get(1)
    assert known is not None
    again = Stage(plan_of(1, standing=known.standing, last_at=known.last_at))
    again.run(4, c1=DEAD)
    assert again.changes(1) == ["down"]


def test_what_cannot_be_written_waits_in_order_and_the_oldest_go_first() -> None:
    stage = Stage(*(plan_of(number) for number in range(1, 4)))
    outbox = Outbox(most=2)
    for number in (1, 2, 3):
        stage.say(number)
    for row in stage.rows():
        outbox.add(row)
    taken = outbox.take(10)
    assert ([row.check_id for row in taken], outbox.dropped) == ([2, 3], 1)
    outbox.put_back(taken[:1])
    assert [row.check_id for row in outbox.take(1)] == [2]


def test_what_belongs_to_another_runner_now_is_not_written() -> None:
    stage = Stage(plan_of(1, customer_id=17), plan_of(2, customer_id=18))
    stage.say(1)
    stage.say(2)
    stage.outbox.forget({1}, 16)
    assert [row.check_id for row in stage.rows()] == [2]


def test_any_answer_can_be_stored() -> None:
    assert storable("a\0b\ud800") == "a\ufffdb?"
    assert storable(float("nan")) == 0
    assert storable(3) == 3


def test_numbers_and_names_that_nothing_can_hold_stop_no_batch() -> None:
    """Equipment answers with a number of 400 digits: all others' results are written."""
    stage = Stage(plan_of(1))
    facts = {"calls.now": 10**400, "a\0b": 1}
    stage.say(1, facts=facts)
    [row] = stage.rows()
    assert row.row()["facts"] == {"calls.now": 0, "a\ufffdb": 1}
    assert storable_took(timedelta(hours=2)) == 2**31 - 1
    assert storable_took(timedelta(seconds=-1)) == 0


def test_results_are_kept_under_the_numbers_of_the_table() -> None:
    assert {outcome.value: code for outcome, code in CODES.items()} == {
        "alive": ResultCode.ALIVE,
        "degraded": ResultCode.DEGRADED,
        "dead": ResultCode.DEAD,
        "unknown": ResultCode.UNKNOWN,
    }
    assert ResultCode.PARENT_DOWN == PARENT_DOWN
