"""Writing facts: append-only, each a link of the provider's clock chain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from accounts.viewer import Viewer
from calcom_portal.common.chain import canonical
from calcom_portal.common.prepared import PreparedSql
from calcom_portal.common.tenancy import database_now
from contracts.sla import RESPONSES, FactKind
from tickets.models import Fact, Ticket


class Event(StrEnum):
    """Facts beside those that the clock depends on."""

    VERDICT = "verdict"
    ASSIGNED = "assigned"
    CONTACT = "contact"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    LABOUR = "labour"
    LABOUR_QUERIED = "labour_queried"
    LABOUR_ANSWERED = "labour_answered"


# Their instant decides a verdict: it is that of receipt, whoever was stored first. All other facts
# follow the order of the ticket's lock.
AS_RECEIVED = frozenset({*RESPONSES, FactKind.CUSTOMER_REPLIED, FactKind.OPENED})

# One statement: the head's row lock orders the writers, and PostgreSQL computes `chain.digest`.
# Without a head the number is null, which no fact may have.
APPEND = PreparedSql(
    "append_fact",
    """
WITH head AS (
    UPDATE accounts_chainhead
       SET number = number + 1,
           digest = encode(sha256(convert_to(
               digest || ':' || (number + 1) || ':' || %(body)s, 'UTF8')), 'hex')
     WHERE provider_id = %(provider)s AND chain = 'clock'
 RETURNING new.number AS number, old.digest AS previous, new.digest AS digest
)
INSERT INTO tickets_fact
       (provider_id, customer_id, ticket_id, kind, at, recorded_at, actor_id, actor_name, details,
        number, body, previous, digest)
SELECT %(provider)s, %(customer)s::bigint, %(ticket)s::bigint, %(kind)s::text,
       %(at)s::timestamptz, %(recorded_at)s::timestamptz, %(actor)s::bigint, %(actor_name)s::text,
       %(details)s::jsonb, number, %(body)s, previous, digest
  FROM (SELECT) AS fact LEFT JOIN head ON true
RETURNING id, number, previous, digest
""",
)


def add_fact(
    ticket: Ticket,
    kind: FactKind | Event,
    actor: Viewer,
    at: datetime | None = None,
    **details: object,
) -> Fact:
    """Record what happened to a ticket; `at` is the database's time of receipt unless given.

    Lock the ticket and its clocks before (`lock_ticket`). `details` are the fields of
    `contracts.sla.Fact`, or plain values.
    """
    fact = draft_fact(ticket, kind, actor, at=at or _instant(ticket, kind), details=details)
    [(fact.pk, fact.number, fact.previous, fact.digest)] = APPEND.rows(_values(fact))
    return fact


def begin_history(ticket: Ticket, actor: Viewer, **details: object) -> Fact:
    """Record that a ticket was opened, as `add_fact` does, without asking for the fact's number."""
    fact = draft_fact(ticket, FactKind.OPENED, actor, at=database_now(), details=details)
    APPEND.tell(_values(fact))
    return fact


def draft_fact(
    ticket: Ticket,
    kind: FactKind | Event,
    actor: Viewer,
    *,
    at: datetime,
    details: dict[str, object],
) -> Fact:
    """Return a fact with its canonical body, not yet in the chain."""
    fact = Fact(
        provider_id=ticket.provider_id,
        customer_id=ticket.customer_id,
        ticket_id=ticket.pk,
        kind=kind.value,
        at=at.astimezone(UTC),
        recorded_at=database_now(),
        actor_id=actor.membership_id,
        actor_name=actor.name[:120],
        details={name: plain(value) for name, value in details.items() if value is not None},
    )
    fact.body = canonical(body_of(fact, ticket.reference))
    return fact


def _values(fact: Fact) -> dict[str, object]:
    return {
        "provider": fact.provider_id,
        "customer": fact.customer_id,
        "ticket": fact.ticket_id,
        "kind": fact.kind,
        "at": fact.at,
        "recorded_at": fact.recorded_at,
        "actor": fact.actor_id,
        "actor_name": fact.actor_name,
        "details": canonical(fact.details),
        "body": fact.body,
    }


def body_of(fact: Fact, reference: str) -> dict[str, object]:
    """Return what the hash of a fact covers."""
    return {
        "ticket": reference,
        "kind": fact.kind,
        "at": fact.at.astimezone(UTC).isoformat(),
        "actor": {"id": fact.actor_id, "name": fact.actor_name},
        "details": fact.details,
    }


def plain(value: object) -> object:
    """Return `value` as JSON can hold it: instants in UTC, enumerations as their values."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case timedelta():
            return value.total_seconds()
        case StrEnum():
            return value.value
        case tuple() | list():
            return [plain(item) for item in value]
        case None | bool() | int() | float() | str() | dict():
            return value
    return str(value)


def _instant(ticket: Ticket, kind: FactKind | Event) -> datetime:
    if kind in AS_RECEIVED:
        return database_now()
    return max(database_now(), ticket.changed_at)
