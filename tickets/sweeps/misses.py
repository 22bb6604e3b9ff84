"""Sealing the misses of a sweep batch: facts on the chain, and the verdicts they seal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.chains import Chain, append_links
from calcom_portal.common.chain import canonical
from calcom_portal.common.tenancy import database_now
from contracts.sla import Metric
from tickets.ledger import Event, plain
from tickets.sweeps.batch import BREACH, Fired
from tickets.verdicts import WHY_CORRECTED, Outcome, verdict_details

WORKER = "Deadline sweep"

# Clocks that passed their deadline, with the verdict that stands now, unless it is a miss already.
# The tickets are locked, so nobody seals meanwhile.
MISSED = """
SELECT ticket.customer_id, ticket.id, ticket.reference, clock.metric,
       clock.rung_times[array_position(clock.rung_shares, %(breach)s::smallint)], clock.stopped_at,
       standing.id, standing.outcome, standing.number
  FROM tickets_clock clock
  JOIN tickets_ticket ticket
    ON ticket.provider_id = clock.provider_id AND ticket.id = clock.ticket_id
  LEFT JOIN LATERAL (
       SELECT verdict.id, verdict.outcome, fact.number
         FROM tickets_verdict verdict JOIN tickets_fact fact ON fact.id = verdict.fact_id
        WHERE verdict.provider_id = clock.provider_id AND verdict.ticket_id = clock.ticket_id
          AND verdict.metric = clock.metric
        ORDER BY verdict.id DESC LIMIT 1) AS standing ON true
 WHERE clock.id = ANY(%(clocks)s) AND standing.outcome IS DISTINCT FROM %(missed)s
 ORDER BY clock.id
"""

# What the row policies and lists need is taken out of the hashed body: it cannot differ.
SEAL = """
WITH sealed AS MATERIALIZED (
    SELECT *, body::jsonb -> 'details' AS details
      FROM unnest(%(customer)s::bigint[], %(ticket)s::bigint[], %(corrects)s::bigint[],
                  %(number)s::bigint[], %(body)s::text[], %(previous)s::text[], %(digest)s::text[])
        AS link (customer_id, ticket_id, corrects_id, number, body, previous, digest)
), added AS (
    INSERT INTO tickets_fact
           (provider_id, customer_id, ticket_id, kind, at, recorded_at, actor_id, actor_name,
            details, number, body, previous, digest)
    SELECT %(provider)s, customer_id, ticket_id, %(kind)s, %(now)s, %(now)s, NULL, %(worker)s,
           details, number, body, previous, digest
      FROM sealed
    RETURNING id, number
)
INSERT INTO tickets_verdict
       (provider_id, customer_id, ticket_id, metric, outcome, due_at, stopped_at, sealed_at,
        fact_id, corrects_id, reason)
SELECT %(provider)s, customer_id, ticket_id, details ->> 'metric', details ->> 'outcome',
       (details ->> 'due_at')::timestamptz, (details ->> 'stopped_at')::timestamptz, %(now)s,
       added.id, corrects_id, coalesce(details ->> 'reason', '')
  FROM sealed JOIN added USING (number)
"""


class Miss(NamedTuple):
    """A miss to be sealed, and the verdict in force that it corrects (`was`), if any."""

    customer_id: int
    ticket_id: int
    reference: str
    metric: str
    due_at: datetime
    stopped_at: datetime | None
    corrects_id: int | None
    was: str | None
    corrects: int | None

    def body(self, now: str) -> str:
        """Return what the hash covers, as `ledger.body_of` does for a fact of people."""
        return canonical(
            {
                "ticket": self.reference,
                "kind": Event.VERDICT.value,
                "at": now,
                "actor": {"id": None, "name": WORKER},
                "details": verdict_details(
                    metric=self.metric,
                    outcome=Outcome.MISSED.value,
                    due_at=plain(self.due_at),
                    stopped_at=plain(self.stopped_at),
                    corrects=self.corrects,
                    was=self.was,
                    reason=self._reason(),
                ),
            }
        )

    def _reason(self) -> str:
        if self.was is None:
            return ""
        # A clock that was met runs again only when the ticket was reopened or took over another.
        return WHY_CORRECTED["reopened" if self.metric == Metric.RESOLVE.value else "absorbed"]


def seal_misses(fired: Fired) -> int:
    """Seal a miss for every clock that passed its deadline, and return how many were sealed."""
    misses = _unsealed(fired.missed) if fired.missed else []
    if misses:
        _seal(fired.provider_id, misses)
    return len(misses)


def _unsealed(clocks: Sequence[int]) -> list[Miss]:
    values: dict[str, Any] = {"clocks": clocks, "breach": BREACH, "missed": Outcome.MISSED.value}
    with connection.cursor() as cursor:
        cursor.execute(MISSED, values)
        return [Miss(*row) for row in cursor.fetchall()]


def _seal(provider_id: int, misses: Sequence[Miss]) -> None:
    now = database_now()
    bodies = [miss.body(now.isoformat()) for miss in misses]
    links = append_links(Chain.CLOCK, provider_id=provider_id, bodies=bodies)
    values: dict[str, Any] = {
        "provider": provider_id,
        "now": now,
        "kind": Event.VERDICT.value,
        "worker": WORKER,
        "customer": [miss.customer_id for miss in misses],
        "ticket": [miss.ticket_id for miss in misses],
        "corrects": [miss.corrects_id for miss in misses],
        "number": [link.number for link in links],
        "body": bodies,
        "previous": [link.previous for link in links],
        "digest": [link.digest for link in links],
    }
    with connection.cursor() as cursor:
        cursor.execute(SEAL, values)
