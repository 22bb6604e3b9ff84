"""What the runner knows of a check: frozen when it was loaded, and how it goes since."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitoring.places import Secret
from monitoring.probes.kinds import Question
from monitoring.states import Standing, Thresholds


@dataclass(frozen=True, slots=True)
class Plan:
    """A check as its row says. `digest` changes when anything of it does.

    Without a question `problem` says in words why nobody can be asked. `agent_id` names the agent
    that asks at the site; without one the runner asks itself, within the provider's policy.
    `secret` is kept for as long as the question that was made of it, so that logs mask it.
    """

    check_id: int
    provider_id: int
    customer_id: int
    site_id: int
    parent_id: int | None
    agent_id: int | None
    kind: str
    question: Question | None
    problem: str
    every: float
    thresholds: Thresholds
    digest: str
    standing: Standing
    last_at: datetime | None
    secret: Secret = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class Watched:
    """A check at work. `answered` is the steady second of its last result, `failing` of the first
    failure of the present row.
    """

    plan: Plan
    standing: Standing
    last_at: datetime | None
    answered: float = 0.0
    failing: float | None = None
    is_asked: bool = False
    children: set[int] = field(default_factory=set)
