"""The checks that this runner looks after: who is due, and what each result makes of them.

Knows neither the network nor the database: plans come in, results come in, rows go to the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from monitoring.probes.results import Outcome, ProbeResult
from monitoring.runner.clock import Clock
from monitoring.runner.hold import Hold
from monitoring.runner.judging import (
    GOOD,
    Parent,
    heard_of,
    is_settled,
    judged,
    parent_word,
)
from monitoring.runner.outbox import Outbox, Written
from monitoring.runner.plans import Plan, Watched
from monitoring.runner.schedule import Schedule, due_again, first_due, next_slot
from monitoring.states import Heard, Standing, State

# When a parent is proven up or down, its children are asked within this many seconds.
CHILDREN_SOON = 3.0
TINY = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """That a check changed its state, for whoever counts."""

    was: State
    became: State


class Watch:
    """Keeps the plans, the schedule and the standings together."""

    def __init__(
        self,
        clock: Clock,
        outbox: Outbox,
        *,
        on_health: Callable[[bool], None] = lambda ill: None,
        on_change: Callable[[Change], None] = lambda change: None,
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._on_health = on_health
        self._on_change = on_change
        self._checks: dict[int, Watched] = {}
        self.schedule: Schedule[int] = Schedule()
        self.hold = Hold()

    def __len__(self) -> int:
        return len(self._checks)

    def get(self, check_id: int) -> Watched | None:
        """Return a check at work, or None when it is no longer looked after."""
        return self._checks.get(check_id)

    def providers(self) -> set[int]:
        """Return whose checks are asked straight from here."""
        return {
            watched.plan.provider_id
            for watched in self._checks.values()
            if watched.plan.agent_id is None
        }

    def digests(self) -> dict[int, str]:
        """Return what each check was made of when it was loaded."""
        return {check_id: watched.plan.digest for check_id, watched in self._checks.items()}

    def update(self, plans: Iterable[Plan]) -> None:
        """Take in new and changed checks. What a check went through here stays."""
        now = self._clock.steady()
        for plan in plans:
            known = self._checks.get(plan.check_id)
            if known is None:
                self._begin(plan, now)
                continue
            self._leave_parent(known.plan)
            known.plan = plan
            # A change shows soon, above all to whoever made it.
            if not known.is_asked:
                self.schedule.pull(plan.check_id, now)
        self._tie_children()

    def drop(self, check_ids: Iterable[int]) -> None:
        """Look after some checks no longer: paused, gone, or somebody else's now."""
        for check_id in check_ids:
            if known := self._checks.pop(check_id, None):
                self._leave_parent(known.plan)
                self.schedule.drop(check_id)
                self.hold.drop(check_id)

    def due(self) -> list[tuple[Watched, float]]:
        """Return the checks to ask now, with the second at which each was due."""
        found = []
        for check_id, due in self.schedule.pop_due(self._clock.steady()):
            if watched := self._checks.get(check_id):
                watched.is_asked = True
                found.append((watched, due))
        return found

    def heard(self, check_id: int, result: ProbeResult, asked: float) -> None:
        """Take in a result of a check that was asked at a steady second, and plan the next."""
        watched = self._checks.get(check_id)
        if watched is None:
            return
        now = self._clock.steady()
        word = self._of_parent(watched, result.outcome, asked, now)
        self._note_health(watched, result.outcome, word, now)
        ill = self.hold.is_ill and watched.plan.agent_id is None
        self._settle(watched, heard_of(result.outcome, word, we_are_ill=ill), word, result)
        watched.is_asked, watched.answered = False, asked
        self.schedule.put(check_id, self._next(watched, now))

    def _settle(self, watched: Watched, heard: Heard, word: Parent, result: ProbeResult) -> None:
        at = self._clock.instant()
        if watched.last_at is not None and at <= watched.last_at:
            # The database's clock was set back: the order of results is worth more than its hands.
            at = watched.last_at + TINY
        old = watched.standing
        new = judged(old, heard, word, at, watched.plan.thresholds)
        changed = new.state is not old.state
        watched.standing, watched.last_at = new, at
        self._outbox.add(_written(watched, heard, result, old.state if changed else None))
        if changed:
            self._on_change(Change(old.state, new.state))
            self._tell_children(watched)

    def _of_parent(self, watched: Watched, outcome: Outcome, asked: float, now: float) -> Parent:
        if outcome in GOOD:
            watched.failing = None
            return Parent.WELL
        if watched.failing is None:
            watched.failing = asked
        parent = self._checks.get(watched.plan.parent_id or 0)
        word = parent_word(parent, watched.failing)
        if word is Parent.UNPROVEN and parent is not None:
            self.schedule.pull(parent.plan.check_id, now)
        return word

    def _note_health(self, watched: Watched, outcome: Outcome, word: Parent, now: float) -> None:
        plan = watched.plan
        if plan.agent_id is not None or outcome is Outcome.UNKNOWN:
            return
        newly = watched.standing.settled is State.UP and word is not Parent.DOWN
        failed = outcome is Outcome.DEAD and newly
        if self.hold.note(plan.check_id, plan.site_id, failed=failed, at=now):
            self._on_health(self.hold.is_ill)

    def _next(self, watched: Watched, now: float) -> float:
        plan = watched.plan
        if is_settled(watched.standing):
            return next_slot(plan.check_id, plan.every, now)
        retry = plan.thresholds.retry_after.total_seconds()
        return due_again(plan.check_id, plan.every, retry, now)

    def _begin(self, plan: Plan, now: float) -> None:
        watched = Watched(plan, plan.standing, plan.last_at)
        self._checks[plan.check_id] = watched
        last = self._clock.steady_of(plan.last_at) if plan.last_at else None
        due = first_due(plan.check_id, plan.every, last, now)
        if last is not None and not is_settled(plan.standing):
            due = min(due, now + CHILDREN_SOON)
        self.schedule.put(plan.check_id, due)

    def _tell_children(self, watched: Watched) -> None:
        if watched.standing.state not in {State.UP, State.DOWN}:
            return
        now = self._clock.steady()
        for number, check_id in enumerate(sorted(watched.children)):
            self.schedule.pull(check_id, now + CHILDREN_SOON * (number + 1) / len(watched.children))

    def _leave_parent(self, plan: Plan) -> None:
        if parent := self._checks.get(plan.parent_id or 0):
            parent.children.discard(plan.check_id)

    def _tie_children(self) -> None:
        for check_id, watched in self._checks.items():
            if parent := self._checks.get(watched.plan.parent_id or 0):
                parent.children.add(check_id)


def _written(watched: Watched, heard: Heard, result: ProbeResult, was: State | None) -> Written:
    standing: Standing = watched.standing
    return Written(
        check_id=watched.plan.check_id,
        customer_id=watched.plan.customer_id,
        at=watched.last_at or standing.since,
        heard=heard,
        outcome=result.outcome,
        took=result.took,
        words=result.words,
        facts=result.facts,
        standing=standing,
        was=was,
    )
