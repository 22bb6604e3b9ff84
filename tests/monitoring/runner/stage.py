"""A watch without network and database: a clock that tests move, and answers that tests give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitoring.probes.facts import Facts
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.runner.clock import Clock
from monitoring.runner.outbox import Outbox, Written
from monitoring.runner.plans import Plan
from monitoring.runner.watch import Watch
from monitoring.states import Standing, State, Thresholds

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def plan_of(check_id: int, **fields: Any) -> Plan:
    """Return the plan of a check that nobody has asked yet, every minute unless said otherwise."""
    return Plan(
        **{
            "check_id": check_id,
            "provider_id": 1,
            "customer_id": 1,
            "site_id": 1,
            "parent_id": None,
            "agent_id": None,
            "kind": "tcp",
            "question": None,
            "problem": "",
            "every": 60.0,
            "thresholds": Thresholds(),
            "digest": "a",
            "standing": Standing(State.PENDING, START),
            "last_at": None,
        }
        | fields
    )


def up_since(at: datetime = START) -> dict[str, Any]:
    """Return the fields of a check that is known to be up."""
    return {"standing": Standing(State.UP, at, 1, State.UP), "last_at": at}


class Stage:
    """A watch, its clock and what it would write."""

    def __init__(self, *plans: Plan) -> None:
        self.seconds = 0.0
        self.clock = Clock(START, lambda: self.seconds)
        self.outbox = Outbox()
        self.health: list[bool] = []
        self.watch = Watch(self.clock, self.outbox, on_health=self.health.append)
        self.watch.update(plans)

    def say(
        self, check_id: int, outcome: Outcome = Outcome.ALIVE, facts: Facts | None = None
    ) -> None:
        """Let a check that was asked just now end so."""
        result = ProbeResult(outcome, timedelta(milliseconds=3), outcome.value, facts or {})
        self.watch.heard(check_id, result, self.clock.steady())

    def run(self, seconds: float, **answers: Outcome) -> dict[int, list[float]]:
        """Let time pass; every check that is due answers at once, `c7=Outcome.DEAD` where said.

        Returns the seconds at which each check was asked.
        """
        asked: dict[int, list[float]] = {}
        ends = self.seconds + seconds
        while self.seconds < ends:
            self.seconds += 0.1
            for watched, _ in self.watch.due():
                check_id = watched.plan.check_id
                asked.setdefault(check_id, []).append(self.seconds)
                self.say(check_id, answers.get(f"c{check_id}", Outcome.ALIVE))
        return asked

    def state(self, check_id: int) -> State:
        """Return how a check stands."""
        watched = self.watch.get(check_id)
        assert watched is not None
        return watched.standing.state

    def changes(self, check_id: int) -> list[str]:
        """Return the states that a check went through."""
        return [
            row.standing.state.value for row in self.rows() if row.was and row.check_id == check_id
        ]

    def rows(self) -> list[Written]:
        """Return what would be written, and leave it where it is."""
        rows = self.outbox.take(10**6)
        self.outbox.put_back(rows)
        return rows
