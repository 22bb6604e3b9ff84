"""What comes next in a restore, and that a worker may die anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upkeep.restores.steps import (
    FORWARD,
    RULES,
    Do,
    End,
    Fact,
    GiveUp,
    Outcome,
    Step,
    may_try_again,
    next_move,
    route,
    stuck_at,
)

SYSTEM, REHEARSAL = "system", "rehearsal"
DONE, FAILED, BEGAN, WAITS = Outcome.DONE, Outcome.FAILED, Outcome.BEGAN, Outcome.WAITS
AGAIN = Outcome.AGAIN


def facts(*told: tuple[Step, Outcome]) -> list[Fact]:
    return [Fact(step, outcome) for step, outcome in told]


def done(*steps: Step) -> list[Fact]:
    return [Fact(step, outcome) for step in steps for outcome in (BEGAN, DONE)]


BEFORE_SWAP = done(Step.CHECK, Step.SAFETY, Step.STAGE, Step.STOP)


@pytest.mark.parametrize(
    ("known", "then"),
    [
        ([], Do(Step.CHECK)),
        (done(Step.CHECK), Do(Step.SAFETY)),
        (done(Step.CHECK) + facts((Step.SAFETY, BEGAN)), Do(Step.SAFETY, is_taken_over=True)),
        (
            done(Step.CHECK) + facts((Step.SAFETY, BEGAN), (Step.SAFETY, WAITS)),
            Do(Step.SAFETY, goes_on=True),
        ),
        (done(Step.CHECK) + facts((Step.SAFETY, BEGAN), (Step.SAFETY, Outcome.NOTED)),
         Do(Step.SAFETY, is_taken_over=True)),
        (facts(*[(Step.CHECK, BEGAN)] * 3), GiveUp(Step.CHECK)),
        (facts((Step.CHECK, BEGAN), (Step.CHECK, FAILED)), End.FAILED),
        (done(Step.CHECK, Step.SAFETY) + facts((Step.STAGE, FAILED)), Do(Step.CLEAR)),
        (done(Step.CHECK, Step.SAFETY) + facts((Step.STAGE, FAILED), (Step.CLEAR, FAILED)),
         End.FAILED),
        (BEFORE_SWAP + facts((Step.SWAP, FAILED)), Do(Step.STOP_AGAIN)),
        (BEFORE_SWAP + facts((Step.SWAP, FAILED)) + done(Step.STOP_AGAIN), Do(Step.SWAP_BACK)),
        (BEFORE_SWAP + facts((Step.SWAP, FAILED), (Step.STOP_AGAIN, FAILED)), End.STUCK),
        (BEFORE_SWAP + facts((Step.SWAP, FAILED)) + done(*RULES[Step.SWAP].back),
         End.SWAPPED_BACK),
        (done(*FORWARD[SYSTEM]), End.RESTORED),
        (done(*FORWARD[SYSTEM][:-1]) + facts((Step.TIDY, FAILED)), End.RESTORED),
    ],
)  # fmt: skip
def test_what_comes_next_follows_from_what_was_done(known: list[Fact], then: object) -> None:
    assert next_move(SYSTEM, known) == then


def test_a_rehearsal_is_cleared_away_whatever_comes_of_it() -> None:
    assert next_move(REHEARSAL, done(Step.UNPACK, Step.COMPARE, Step.BOOT)) == Do(Step.CLEAR)
    failed = done(Step.UNPACK) + facts((Step.COMPARE, FAILED))
    assert next_move(REHEARSAL, failed) == Do(Step.CLEAR)
    assert next_move(REHEARSAL, failed + done(Step.CLEAR)) is End.FAILED


def test_a_step_of_the_way_back_is_tried_ten_times_and_then_waits_for_a_person() -> None:
    known = BEFORE_SWAP + facts((Step.SWAP, FAILED))
    for _ in range(10):
        assert next_move(SYSTEM, known) == Do(Step.STOP_AGAIN)
        known += facts((Step.STOP_AGAIN, BEGAN))
        known += facts(
            (Step.STOP_AGAIN, AGAIN if may_try_again(Step.STOP_AGAIN, known) else FAILED)
        )
    assert next_move(SYSTEM, known) is End.STUCK
    assert stuck_at(SYSTEM, known) is Step.STOP_AGAIN
    known += facts((Step.STOP_AGAIN, Outcome.RESUMED))
    assert next_move(SYSTEM, known) == Do(Step.STOP_AGAIN)
    assert stuck_at(SYSTEM, known) is None
    assert may_try_again(Step.STOP_AGAIN, known)
    known += done(*RULES[Step.SWAP].back)
    assert next_move(SYSTEM, known) is End.SWAPPED_BACK


def test_a_step_ahead_is_never_tried_again() -> None:
    assert not may_try_again(Step.SWAP, [])


def test_a_page_shows_the_way_back_once_it_has_turned_round() -> None:
    assert route(SYSTEM, done(Step.CHECK)) == FORWARD[SYSTEM]
    turned = route(SYSTEM, BEFORE_SWAP + facts((Step.SWAP, FAILED)))
    assert turned == (*FORWARD[SYSTEM][:5], *RULES[Step.SWAP].back)


def test_every_way_back_of_a_changed_system_ends_with_its_service_started() -> None:
    for step in (Step.STOP, Step.SWAP, Step.START, Step.VERIFY):
        assert Step.START_AGAIN in RULES[step].back


class Killed(Exception):
    """The worker is gone."""


@dataclass
class System:
    """A system of two things that are swapped one after the other, and nobody at once."""

    live: dict[str, str] = field(default_factory=lambda: {"files": "old", "tables": "old"})
    kept: dict[str, str] = field(default_factory=dict)
    staged: dict[str, str] = field(default_factory=dict)
    is_running: bool = True


@dataclass
class Bench:
    """Runs a restore with workers that are killed at chosen instants; steps fail as told."""

    kills: frozenset[int]
    failing: frozenset[Step]
    system: System = field(default_factory=System)
    facts: list[Fact] = field(default_factory=list)
    instant: int = 0

    def run(self) -> End:
        for _ in range(400):
            try:
                if isinstance(end := self.turn(), End):
                    return end
            except Killed:
                continue
        raise AssertionError(f"It goes round and round: {self.facts[-20:]}")

    def turn(self) -> End | None:
        match next_move(SYSTEM, self.facts):
            case End() as end:
                return end
            case GiveUp(step):
                self.tell(step, FAILED)
            case Do(step, goes_on):
                if not goes_on:
                    self.tell(step, BEGAN)
                self.act(step)
                self.tell(step, FAILED if step in self.failing else DONE)
        return None

    def tell(self, step: Step, outcome: Outcome) -> None:
        self.tick()
        self.facts.append(Fact(step, outcome))
        self.tick()

    def tick(self) -> None:
        self.instant += 1
        if self.instant in self.kills:
            raise Killed

    def act(self, step: Step) -> None:
        moves: dict[Step, Callable[[System], None]] = {
            Step.STAGE: self.stage,
            Step.STOP: lambda system: setattr(system, "is_running", False),
            Step.SWAP: self.swap,
            Step.START: lambda system: setattr(system, "is_running", True),
            Step.TIDY: self.clear,
            Step.STOP_AGAIN: lambda system: setattr(system, "is_running", False),
            Step.SWAP_BACK: self.swap_back,
            Step.START_AGAIN: lambda system: setattr(system, "is_running", True),
            Step.CLEAR: self.clear,
        }
        if step in moves:
            moves[step](self.system)

    def stage(self, system: System) -> None:
        for name in system.live:
            self.tick()
            system.staged[name] = "new"

    def swap(self, system: System) -> None:
        for name in system.live:
            if name not in system.kept:
                self.tick()
                system.kept[name] = system.live[name]
            if name in system.staged:
                self.tick()
                system.live[name] = system.staged.pop(name)
            if Step.SWAP in self.failing:
                return

    def swap_back(self, system: System) -> None:
        for name in list(system.kept):
            self.tick()
            system.live[name] = system.kept[name]
            self.tick()
            del system.kept[name]

    def clear(self, system: System) -> None:
        self.tick()
        system.staged.clear()
        self.tick()
        system.kept.clear()


def assert_ended_well(bench: Bench, end: End) -> None:
    system = bench.system
    assert system.is_running
    given_up = {one.step for one in bench.facts if one.outcome is FAILED}
    if not given_up & {Step.TIDY, Step.CLEAR}:
        assert (system.staged, system.kept) == ({}, {})
    content = "new" if end is End.RESTORED else "old"
    assert system.live == {"files": content, "tables": content}


ONE_WAY: list[frozenset[Step]] = [
    frozenset(),
    *(frozenset({step}) for step in FORWARD[SYSTEM][:-1]),
]


@pytest.mark.parametrize("failing", ONE_WAY, ids=lambda one: "".join(one))
def test_a_worker_may_be_killed_at_any_instant(failing: frozenset[Step]) -> None:
    unharmed = Bench(frozenset(), failing)
    expected = unharmed.run()
    for instant in range(1, unharmed.instant + 1):
        bench = Bench(frozenset({instant}), failing)
        assert bench.run() is expected
        assert_ended_well(bench, expected)


@given(
    st.frozensets(st.integers(1, 60), max_size=12),
    st.frozensets(st.sampled_from(FORWARD[SYSTEM][:-1]), max_size=2),
)
def test_however_many_workers_are_killed_it_ends_whole(
    kills: frozenset[int], failing: frozenset[Step]
) -> None:
    bench = Bench(kills, failing)
    end = bench.run()
    if end is not End.STUCK:
        assert_ended_well(bench, end)


@given(
    st.frozensets(st.integers(1, 80), max_size=6), st.frozensets(st.sampled_from(Step), max_size=5)
)
def test_it_is_stuck_only_when_the_way_back_does_not_work(
    kills: frozenset[int], failing: frozenset[Step]
) -> None:
    bench = Bench(kills, failing)
    end = bench.run()
    broken = {one.step for one in bench.facts if one.outcome is FAILED}
    way_back = {step for step in RULES if RULES[step].end is End.STUCK}
    assert (end is End.STUCK) == bool(broken & way_back)
