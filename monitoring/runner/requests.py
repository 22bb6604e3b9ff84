"""Questions out of turn: taken once, asked, answered. Runs on the database thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Mod

from calcom_portal.common.errors import PortalError
from calcom_portal.common.tenancy import database_now, system_scope
from monitoring.models import ProbeRequest
from monitoring.places import NOWHERE, NotAskable, Secret
from monitoring.probes.kinds import Question
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.questions import question_of
from monitoring.runner.leases import SHARDS
from monitoring.runner.loading import agent_of, place_of
from monitoring.runner.outbox import LONGEST_WORDS, storable, storable_facts, storable_took

# Taken by a runner that did not live to answer: another one may ask again.
TAKEN_AGAIN_AFTER = timedelta(seconds=90)
# Nobody waits any more for what was asked so long ago.
STALE = timedelta(minutes=10)
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is ours to ask. Without a question `problem` is the answer.

    `secret` is kept for as long as the question that was made of it, so that logs mask it.
    """

    request_id: int
    provider_id: int
    agent_id: int | None
    question: Question | None
    problem: str
    secret: Secret = field(default_factory=dict, repr=False)


def take(shards: Iterable[int]) -> list[Asked]:
    """Take the questions that wait, the oldest first, and mark them as taken."""
    with system_scope("the runner looks for questions") as scope:
        free = Q(taken_at=None) | Q(taken_at__lt=scope.now - TAKEN_AGAIN_AFTER)
        waiting = ProbeRequest.objects.annotate(shard=Mod("customer_id", SHARDS)).filter(
            free, answered_at=None, asked_at__gt=scope.now - STALE, shard__in=list(shards)
        )
        waiting = waiting.select_related("connection__credential", "connection__agent")
        locked = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        found = list(locked[:MOST_AT_ONCE])
        ProbeRequest.objects.filter(pk__in=[row.pk for row in found]).update(taken_at=scope.now)
        return [_asked(row) for row in found]


def answer(request_id: int, result: ProbeResult) -> None:
    """Write the answer down, unless there is one already."""
    with system_scope("the runner answers a question"):
        ProbeRequest.objects.filter(pk=request_id, answered_at=None).update(
            answered_at=database_now(),
            outcome=result.outcome.value,
            took_us=storable_took(result.took),
            words=storable(result.words)[:LONGEST_WORDS],
            facts=storable_facts(result.facts),
        )


def unanswerable(problem: str) -> ProbeResult:
    """Return the answer to a question that nobody can be asked."""
    return ProbeResult(Outcome.UNKNOWN, timedelta(), problem)


def _asked(row: ProbeRequest) -> Asked:
    question, problem, place = None, "", NOWHERE
    try:
        timeout = timedelta(milliseconds=row.timeout_ms)
        place = place_of(row.connection)
        question = question_of(row.kind, row.settings, place, timeout)
    except (NotAskable, PortalError) as error:
        problem = str(error)
    except (ValueError, KeyError, TypeError):
        problem = "What is asked is not understood."
    return Asked(row.pk, row.provider_id, agent_of(row.connection), question, problem, place.secret)
