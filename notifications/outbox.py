"""The door to the outbox: what has to be told is written in the transaction of the event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from calcom_portal.common.prepared import PreparedSql
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake
from notifications.kinds import kind_of

MAIL = "mail"
SENDER = "notifications.send_notices"
EVENT_KEY_LENGTH = 120

# No conflict target and no RETURNING: either would need the right to read, which customers lack.
QUEUE = """
INSERT INTO notifications_notice
       (provider_id, recipient_id, address, customer_id, kind, channel, subject_ref, payload,
        event_key, dedupe_key, digest_key, state, not_before, attempts, created_at, message_id,
        last_error, critical, acknowledge_by, ladder_step)
SELECT %(provider)s::bigint, recipient_id, address, customer_id, kind, %(channel)s::text,
       subject_ref, payload, event_key, dedupe_key, digest_key, 'ready', %(now)s::timestamptz, 0,
       %(now)s::timestamptz, '',
       '', critical,
       CASE WHEN critical THEN coalesce(
           acknowledge_by,
           %(now)s::timestamptz + interval '1 minute' * (
               SELECT acknowledge_minutes FROM accounts_provider WHERE id = %(provider)s)) END,
       ladder_step
  FROM {drafts}
ON CONFLICT DO NOTHING
"""
GIVEN = """
jsonb_to_recordset(%(drafts)s::jsonb) AS draft (
       recipient_id bigint, address text, customer_id bigint, kind text, subject_ref text,
       payload jsonb, event_key text, dedupe_key text, digest_key text, critical boolean,
       acknowledge_by timestamptz, ladder_step smallint)
"""
QUEUE_GIVEN = PreparedSql("queue_notices", QUEUE.format(drafts=GIVEN))
SELECTED = """
(SELECT *, '' AS address, 0 AS ladder_step,
        event_key || ':' || recipient_id || ':' || %(channel)s AS dedupe_key
   FROM ({select}) AS selected) AS draft
"""


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """Something to tell one person.

    `recipient_id` is a membership; None for somebody who is not a member yet: then `address`.
    `event_key` names the event (up to 120 characters): the same event is told to the same person
    once. `payload` is all that the templates will see; instants become ISO texts. In a customer's
    scope `customer_id` must be that customer. A critical notice without `acknowledge_by` gets the
    provider's usual time.
    """

    recipient_id: int | None
    customer_id: int | None
    kind: str
    subject_ref: str
    payload: dict[str, Any]
    event_key: str
    digest_key: str = ""
    critical: bool = False
    ladder_step: int = 0
    acknowledge_by: datetime | None = None
    address: str = ""


def queue_notices(provider_id: int, drafts: Sequence[NoticeDraft]) -> int:
    """Write drafts into the outbox of a provider and wake the sender; return how many were new.

    Raises LookupError for a kind nobody registered, ValueError for a draft without a reader or
    with too long a key. Works in every scope of the provider, in one statement.
    """
    return _told(QUEUE_GIVEN.write(_values(provider_id, drafts))) if drafts else 0


def queue_along(provider_id: int, drafts: Sequence[NoticeDraft]) -> None:
    """Do the same, but do not count: `in_one_go` needs no round trip for it."""
    if drafts:
        QUEUE_GIVEN.tell(_values(provider_id, drafts))
        wake(SENDER)


def queue_selected(provider_id: int, select: str, values: Mapping[str, Any]) -> int:
    """Do the same with what the database selects itself, for thousands at once.

    `select` is trusted SQL with named parameters. Its columns are those of a draft for a member:
    recipient_id, customer_id, kind (a registered one), subject_ref, payload, event_key, digest_key,
    critical, acknowledge_by.
    """
    with connection.cursor() as cursor:
        drafts = SELECTED.format(select=select)
        cursor.execute(QUEUE.format(drafts=drafts), _given(provider_id) | dict(values))
        return _told(cursor.rowcount)


def dedupe_key(draft: NoticeDraft, channel: str = MAIL) -> str:
    """Return the key under which the notice exists once."""
    reader = str(draft.recipient_id) if draft.recipient_id else _short(draft.address)
    return f"{draft.event_key}:{reader}:{channel}"


def _values(provider_id: int, drafts: Sequence[NoticeDraft]) -> dict[str, Any]:
    rows = json.dumps([_row(draft) for draft in drafts], cls=DjangoJSONEncoder)
    return _given(provider_id) | {"drafts": rows}


def _given(provider_id: int) -> dict[str, Any]:
    return {"provider": provider_id, "channel": MAIL, "now": database_now()}


def _told(added: int) -> int:
    if added:
        wake(SENDER)
    return added


def _row(draft: NoticeDraft) -> dict[str, Any]:
    if (draft.recipient_id is None) is not bool(draft.address):
        raise ValueError(f"The notice {draft.event_key} needs either a recipient or an address.")
    if not 0 < len(draft.event_key) <= EVENT_KEY_LENGTH:
        raise ValueError(f"The event key {draft.event_key!r} must have 1 to 120 characters.")
    return {
        "recipient_id": draft.recipient_id,
        "address": draft.address,
        "customer_id": draft.customer_id,
        "kind": draft.kind,
        "subject_ref": draft.subject_ref,
        "payload": draft.payload,
        "event_key": draft.event_key,
        "dedupe_key": dedupe_key(draft),
        "digest_key": draft.digest_key,
        "critical": kind_of(draft.kind).critical or draft.critical,
        "acknowledge_by": draft.acknowledge_by,
        "ladder_step": draft.ladder_step,
    }


def _short(address: str) -> str:
    return hashlib.sha256(address.lower().encode()).hexdigest()[:16]
