"""Set-based SQL of the deadline sweep: pick, record, advance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

from django.db import connection

from calcom_portal.common.tenancy import database_now
from contracts.sla import ClockState

BREACH = 100

# Breach is later than due, hence "<". `now` is a parameter: with a volatile function in its place
# the index would not be used.
PICK = """
SELECT clock.id, clock.provider_id, clock.customer_id, clock.ticket_id, clock.metric, clock.state,
       clock.due_at, clock.stopped_at, clock.rung_shares, clock.rung_times, clock.next_rung,
       ticket.reference, ticket.subject, ticket.priority, ticket.assignee_id, customer.name
  FROM tickets_clock clock
  JOIN tickets_ticket ticket
    ON ticket.provider_id = clock.provider_id AND ticket.id = clock.ticket_id
  JOIN accounts_customer customer ON customer.id = clock.customer_id
 WHERE clock.next_at < %(now)s {only}
 ORDER BY clock.next_at, clock.id
 LIMIT %(limit)s
   FOR NO KEY UPDATE OF clock, ticket SKIP LOCKED
"""

RECORD = """
INSERT INTO tickets_rung
       (provider_id, customer_id, clock_id, ticket_id, metric, share, due_at, decided_at, told)
SELECT provider_id, customer_id, clock_id, ticket_id, metric, share, due_at, %(now)s, told
  FROM unnest(%(provider)s::bigint[], %(customer)s::bigint[], %(clock)s::bigint[],
              %(ticket)s::bigint[], %(metric)s::text[], %(share)s::smallint[],
              %(due_at)s::timestamptz[], %(told)s::boolean[])
    AS passed (provider_id, customer_id, clock_id, ticket_id, metric, share, due_at, told)
ON CONFLICT (provider_id, clock_id, share) DO NOTHING
RETURNING clock_id, share
"""

ADVANCE = """
UPDATE tickets_clock clock
   SET next_rung = passed.next_rung, next_at = passed.next_at, state = passed.state, failures = 0
  FROM unnest(%(clock)s::bigint[], %(next_rung)s::smallint[], %(next_at)s::timestamptz[],
              %(state)s::text[]) AS passed (id, next_rung, next_at, state)
 WHERE clock.id = passed.id AND clock.id = ANY(%(clock)s)
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that has a rung to fire, locked with its ticket."""

    clock_id: int
    provider_id: int
    customer_id: int
    ticket_id: int
    metric: str
    state: str
    due_at: datetime | None
    stopped_at: datetime | None
    shares: Sequence[int]
    times: Sequence[datetime]
    next_rung: int
    reference: str
    subject: str
    priority: str
    assignee_id: int | None
    customer_name: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A rung that was reached, and its true instant."""

    share: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Fired:
    """A clock with the rungs that it passed, in order, and where it stands then."""

    due: Due
    rungs: tuple[Passed, ...]
    next_rung: int
    next_at: datetime | None
    state: str

    @property
    def breach(self) -> Passed | None:
        """The passed deadline, if it was reached."""
        return next((rung for rung in self.rungs if rung.share == BREACH), None)

    @property
    def highest(self) -> Passed:
        """The rung that people are told of."""
        return self.rungs[-1]

    @property
    def tells(self) -> bool:
        """Is there something to tell? Once the clock has stopped a warning is moot, a miss not."""
        return self.due.stopped_at is None or self.highest.share == BREACH


def due_clocks(limit: int, only: int | None = None) -> list[Due]:
    """Lock and return up to `limit` due clocks, the oldest first; locked rows are left out."""
    narrowed = "" if only is None else "AND clock.id = %(only)s"
    with connection.cursor() as cursor:
        cursor.execute(
            PICK.format(only=narrowed), {"now": database_now(), "limit": limit, "only": only}
        )
        return [Due(*row) for row in cursor.fetchall()]


def commit_without_waiting() -> None:
    """Let this transaction commit before its log is on the disk.

    Safe here: a crash in that moment undoes rungs, verdicts and notices together, and the next
    sweep decides the same again under the same keys. Nothing of it was told by then: the sender
    takes its lease with a commit that does wait, and with it for everything written before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def fire(due: Due, now: datetime) -> Fired:
    """Return what a clock passed by `now`: every rung since the last one that fired."""
    ahead = list(zip(due.shares, due.times, strict=True))[due.next_rung :]
    passed = tuple(Passed(share, at) for share, at in ahead if at < now)
    next_rung = due.next_rung + len(passed)
    is_late = due.stopped_at is None and any(rung.share == BREACH for rung in passed)
    return Fired(
        due=due,
        rungs=passed,
        next_rung=next_rung,
        next_at=due.times[next_rung] if next_rung < len(due.times) else None,
        state=ClockState.LATE.value if is_late else due.state,
    )


def record_rungs(fired: Sequence[Fired]) -> set[tuple[int, int]]:
    """Write the ledger; return (clock, share) of the rungs that were not in it yet."""
    rows = [(one, rung) for one in fired for rung in one.rungs]
    values: dict[str, Any] = {
        "now": database_now(),
        "provider": [one.due.provider_id for one, _ in rows],
        "customer": [one.due.customer_id for one, _ in rows],
        "clock": [one.due.clock_id for one, _ in rows],
        "ticket": [one.due.ticket_id for one, _ in rows],
        "metric": [one.due.metric for one, _ in rows],
        "share": [rung.share for _, rung in rows],
        "due_at": [rung.at for _, rung in rows],
        "told": [one.tells and rung is one.highest for one, rung in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(RECORD, values)
        return set(cursor.fetchall())


def advance_clocks(fired: Sequence[Fired]) -> None:
    """Move the clocks to their next rung."""
    with connection.cursor() as cursor:
        cursor.execute(
            ADVANCE,
            {
                "clock": [one.due.clock_id for one in fired],
                "next_rung": [one.next_rung for one in fired],
                "next_at": [one.next_at for one in fired],
                "state": [one.state for one in fired],
            },
        )


def newly(fired: Sequence[Fired], recorded: set[tuple[int, int]]) -> list[Fired]:
    """Keep the clocks whose highest rung was not in the ledger before."""
    fresh = [(one.due.clock_id, one.highest.share) in recorded for one in fired]
    return list(compress(fired, fresh))
