"""Sealing the misses of a sweep batch: facts on the chain, and the verdicts they seal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from accounts.chains import Chain, append_links
from calcom_portal.common.chain import canonical
from calcom_portal.common.tenancy import database_now
from tickets.ledger import Event, plain
from tickets.sweeps.batch import Fired
from tickets.verdicts import WHY_CORRECTED, Outcome, verdict_details

WORKER = "Deadline sweep"

# What stands now for the clocks of the batch. The tickets are locked, so nobody seals meanwhile.
STANDING = """
SELECT DISTINCT ON (verdict.ticket_id, verdict.metric)
       verdict.ticket_id, verdict.metric, verdict.id, verdict.outcome, fact.number
  FROM tickets_verdict verdict JOIN tickets_fact fact ON fact.id = verdict.fact_id
 WHERE (verdict.provider_id, verdict.ticket_id) IN (
       SELECT * FROM unnest(%(provider)s::bigint[], %(ticket)s::bigint[]))
 ORDER BY verdict.ticket_id, verdict.metric, verdict.id DESC
"""

ADD_FACTS = """
INSERT INTO tickets_fact
       (provider_id, customer_id, ticket_id, kind, at, recorded_at, actor_id, actor_name, details,
        number, body, previous, digest)
SELECT provider_id, customer_id, ticket_id, 'verdict', %(now)s, %(now)s, NULL, %(worker)s,
       details::jsonb, number, body, previous, digest
  FROM unnest(%(provider)s::bigint[], %(customer)s::bigint[], %(ticket)s::bigint[],
              %(details)s::text[], %(number)s::bigint[], %(body)s::text[], %(previous)s::text[],
              %(digest)s::text[])
    AS sealed (provider_id, customer_id, ticket_id, details, number, body, previous, digest)
RETURNING provider_id, number, id
"""

ADD_VERDICTS = """
INSERT INTO tickets_verdict
       (provider_id, customer_id, ticket_id, metric, outcome, due_at, stopped_at, sealed_at,
        fact_id, corrects_id, reason)
SELECT provider_id, customer_id, ticket_id, metric, 'missed', due_at, stopped_at, %(now)s, fact_id,
       corrects_id, reason
  FROM unnest(%(provider)s::bigint[], %(customer)s::bigint[], %(ticket)s::bigint[],
              %(metric)s::text[], %(due_at)s::timestamptz[], %(stopped_at)s::timestamptz[],
              %(fact)s::bigint[], %(corrects)s::bigint[], %(reason)s::text[])
    AS sealed (provider_id, customer_id, ticket_id, metric, due_at, stopped_at, fact_id,
               corrects_id, reason)
"""


class Standing(NamedTuple):
    """The verdict in force for one clock."""

    verdict_id: int
    outcome: str
    fact_number: int


class Miss(NamedTuple):
    """A miss to be sealed: its clock, the deadline, and the verdict that it corrects."""

    fired: Fired
    due_at: datetime
    corrects: Standing | None
    reason: str

    def details(self) -> dict[str, object]:
        """Return what the chain keeps."""
        return verdict_details(
            metric=self.fired.due.metric,
            outcome=Outcome.MISSED.value,
            due_at=plain(self.due_at),
            stopped_at=plain(self.fired.due.stopped_at),
            corrects=self.corrects.fact_number if self.corrects else None,
            was=self.corrects.outcome if self.corrects else None,
            reason=self.reason,
        )


def seal_misses(fired: Sequence[Fired]) -> int:
    """Seal a miss for every clock that passed its deadline, and return how many were sealed."""
    late = [one for one in fired if one.breach is not None]
    if not late:
        return 0
    standing = _standing(late)
    misses = [miss for one in late if (miss := _miss(one, standing)) is not None]
    # Heads of chains are locked in one order, whatever else runs.
    misses.sort(key=lambda miss: miss.fired.due.provider_id)
    for provider_id, of_provider in groupby(misses, key=lambda miss: miss.fired.due.provider_id):
        _seal(provider_id, list(of_provider))
    return len(misses)


def _standing(late: Sequence[Fired]) -> dict[tuple[int, str], Standing]:
    with connection.cursor() as cursor:
        cursor.execute(
            STANDING,
            {
                "provider": [one.due.provider_id for one in late],
                "ticket": [one.due.ticket_id for one in late],
            },
        )
        return {(ticket, metric): Standing(*rest) for ticket, metric, *rest in cursor.fetchall()}


def _miss(one: Fired, standing: dict[tuple[int, str], Standing]) -> Miss | None:
    sealed = standing.get((one.due.ticket_id, one.due.metric))
    if one.breach is None or (sealed and sealed.outcome == Outcome.MISSED.value):
        return None
    # A clock that was met runs again only when the ticket was reopened or took over another.
    cause = "reopened" if one.due.metric == "resolve" else "absorbed"
    return Miss(one, one.breach.at, sealed, WHY_CORRECTED[cause] if sealed else "")


def _seal(provider_id: int, misses: Sequence[Miss]) -> None:
    now = database_now()
    details = [miss.details() for miss in misses]
    bodies = [
        canonical(
            {
                "ticket": miss.fired.due.reference,
                "kind": Event.VERDICT.value,
                "at": now.isoformat(),
                "actor": {"id": None, "name": WORKER},
                "details": detail,
            }
        )
        for miss, detail in zip(misses, details, strict=True)
    ]
    links = append_links(Chain.CLOCK, provider_id=provider_id, bodies=bodies)
    owner: dict[str, Any] = {
        "now": now,
        "provider": [provider_id] * len(misses),
        "customer": [miss.fired.due.customer_id for miss in misses],
        "ticket": [miss.fired.due.ticket_id for miss in misses],
    }
    with connection.cursor() as cursor:
        cursor.execute(
            ADD_FACTS,
            owner
            | {
                "worker": WORKER,
                "details": [canonical(detail) for detail in details],
                "number": [link.number for link in links],
                "body": bodies,
                "previous": [link.previous for link in links],
                "digest": [link.digest for link in links],
            },
        )
        facts = {number: fact_id for _, number, fact_id in cursor.fetchall()}
        cursor.execute(
            ADD_VERDICTS,
            owner
            | {
                "metric": [miss.fired.due.metric for miss in misses],
                "due_at": [miss.due_at for miss in misses],
                "stopped_at": [miss.fired.due.stopped_at for miss in misses],
                "fact": [facts[link.number] for link in links],
                "corrects": [miss.corrects and miss.corrects.verdict_id for miss in misses],
                "reason": [miss.reason for miss in misses],
            },
        )
