"""Set-based SQL of the deadline sweep: pick what is due, record its rungs, move the clocks on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from calcom_portal.common.planner import in_order_of_an_index
from calcom_portal.common.tenancy import database_now
from contracts.sla import ClockState

BREACH = 100

# Breach is later than due, hence "<". `now` is a parameter: with a volatile function in its place
# the index would not be used. Suspended providers wait: their clocks are decided once they are
# resumed, with the true instants.
PICK = """
SELECT clock.id
  FROM tickets_clock clock
  JOIN tickets_ticket ticket
    ON ticket.provider_id = clock.provider_id AND ticket.id = clock.ticket_id
 WHERE clock.next_at < %(now)s {narrowed}
   AND NOT EXISTS (SELECT FROM accounts_provider provider
                    WHERE provider.id = clock.provider_id AND provider.suspended_at IS NOT NULL)
 ORDER BY clock.next_at, clock.id
 LIMIT %(limit)s
   FOR NO KEY UPDATE OF clock, ticket SKIP LOCKED
"""

# All rungs since the last one that fired are recorded; of each clock the highest is told. Once the
# clock has stopped a warning is moot, a miss not. A rung without an instant or a share violates
# the ledger, and so sets the clock aside.
FIRE = """
WITH due AS MATERIALIZED (
    SELECT * FROM tickets_clock WHERE id = ANY(%(clocks)s)
), passed AS MATERIALIZED (
    SELECT due.*, rung.share, rung.at, rung.place,
           rung.place = max(rung.place) OVER (PARTITION BY due.id) AS is_highest
      FROM due
     CROSS JOIN LATERAL unnest(rung_shares, rung_times) WITH ORDINALITY AS rung (share, at, place)
     WHERE rung.place > due.next_rung AND (rung.at < %(now)s OR rung.at IS NULL)
), recorded AS (
    INSERT INTO tickets_rung
           (provider_id, customer_id, clock_id, ticket_id, metric, share, due_at, decided_at, told)
    SELECT provider_id, customer_id, id, ticket_id, metric, share, at, %(now)s,
           is_highest AND (stopped_at IS NULL OR share = %(breach)s)
      FROM passed
        ON CONFLICT (provider_id, clock_id, share) DO NOTHING
    RETURNING id, clock_id, share, told
), advanced AS (
    UPDATE tickets_clock clock
       SET next_rung = due.next_rung + due.rungs,
           next_at = due.rung_times[due.next_rung + due.rungs + 1],
           state = CASE WHEN due.is_miss AND due.stopped_at IS NULL THEN %(late)s
                        ELSE due.state END,
           failures = 0
      FROM (SELECT due.id, due.next_rung, due.rung_times, due.state, due.stopped_at,
                   count(passed.id) AS rungs, bool_or(passed.share = %(breach)s) AS is_miss
              FROM due LEFT JOIN passed ON passed.id = due.id
             GROUP BY due.id, due.next_rung, due.rung_times, due.state, due.stopped_at) AS due
     WHERE clock.id = due.id
)
SELECT passed.provider_id, count(recorded.id),
       coalesce(array_agg(recorded.id) FILTER (WHERE recorded.told), '{}'),
       coalesce(array_agg(passed.id) FILTER (WHERE passed.share = %(breach)s), '{}')
  FROM passed
  LEFT JOIN recorded ON recorded.clock_id = passed.id AND recorded.share = passed.share
 GROUP BY passed.provider_id
 ORDER BY passed.provider_id
"""


@dataclass(frozen=True, slots=True)
class Fired:
    """What a batch found for one provider.

    `rungs` counts what the ledger did not have yet; `told` are those rungs of it that people hear
    of; `missed` are the clocks that passed their deadline, also those where that is known already.
    """

    provider_id: int
    rungs: int
    told: Sequence[int]
    missed: Sequence[int]


def due_clocks(limit: int) -> list[int]:
    """Lock up to `limit` due clocks, the oldest first, each with its ticket; return their ids.

    Rows that somebody else has locked are left out.
    """
    with in_order_of_an_index():
        return _picked(PICK.format(narrowed=""), limit=limit)


def due_clock(clock_id: int) -> list[int]:
    """Lock one clock with its ticket if it is due and free, as `due_clocks` does."""
    return _picked(PICK.format(narrowed="AND clock.id = %(only)s"), limit=1, only=clock_id)


def _picked(sql: str, **values: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"now": database_now(), **values})
        return [clock_id for (clock_id,) in cursor.fetchall()]


def commit_without_waiting() -> None:
    """Let this transaction commit before its log is on the disk.

    Safe here: a crash in that moment undoes rungs, verdicts and notices together, and the next
    sweep decides the same again under the same keys. Nothing of it was told by then: the sender
    takes its lease with a commit that does wait, and with it for everything written before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def fire(clocks: Sequence[int]) -> list[Fired]:
    """Record what locked clocks passed, with the true instants, and move them to their next rung.

    Returns the providers concerned in the order of their keys.
    """
    values: dict[str, Any] = {
        "clocks": clocks,
        "now": database_now(),
        "breach": BREACH,
        "late": ClockState.LATE.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIRE, values)
        return [Fired(*row) for row in cursor.fetchall()]
