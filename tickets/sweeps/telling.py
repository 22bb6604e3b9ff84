"""Whom a sweep tells, and what."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from accounts.capabilities import STAFF_ROLES
from accounts.models import Membership, Provider
from calcom_portal.common.tenancy import database_now
from notifications.outbox import queue_selected
from tickets.notices import BREACHED, METRIC_WORDS, PRIORITY_LABELS, WARNING, link_words
from tickets.people import DESK_ROLES, desk_of
from tickets.sweeps.batch import BREACH, Fired

# Told is whoever has the ticket, else the desk; of a miss the desk always. The words are those of
# `tickets.notices.ticket_words`; `earlier` are the rungs that passed at the same time, unseen.
NEWS = """
SELECT person.id AS recipient_id, news.customer_id, news.kind,
       news.reference AS subject_ref, news.payload, news.event_key,
       %(digest)s || person.id AS digest_key, news.is_miss AS critical,
       %(answer_by)s AS acknowledge_by
  FROM (SELECT rung.customer_id, ticket.reference, ticket.assignee_id,
               rung.share = %(breach)s AS is_miss,
               CASE WHEN rung.share = %(breach)s THEN %(breached)s ELSE %(warning)s END AS kind,
               'rung:' || rung.clock_id || ':' || rung.share AS event_key,
               jsonb_build_object(
                   'reference', ticket.reference,
                   'subject', ticket.subject,
                   'customer', customer.name,
                   'priority', coalesce(%(priorities)s::jsonb ->> ticket.priority, ticket.priority),
                   'due', clock.due_at,
                   'due_for', coalesce(%(metrics)s::jsonb ->> rung.metric, ''),
                   'share', rung.share,
                   'reached_at', rung.due_at,
                   'earlier', (
                       SELECT coalesce(jsonb_agg(jsonb_build_array(share, due_at) ORDER BY share),
                                       '[]')
                         FROM tickets_rung before
                        WHERE before.provider_id = rung.provider_id
                          AND before.clock_id = rung.clock_id AND before.share < rung.share
                          AND before.decided_at = rung.decided_at),
                   'stopped_at', clock.stopped_at,
                   'noticed_late_by', floor(extract(epoch FROM rung.decided_at - rung.due_at)),
                   'url', replace(%(url)s, '*', ticket.reference),
                   'url_label', replace(%(url_label)s, '*', ticket.reference)) AS payload
          FROM tickets_rung rung
          JOIN tickets_clock clock
            ON clock.provider_id = rung.provider_id AND clock.id = rung.clock_id
          JOIN tickets_ticket ticket
            ON ticket.provider_id = rung.provider_id AND ticket.id = rung.ticket_id
          JOIN accounts_customer customer ON customer.id = rung.customer_id
         WHERE rung.id = ANY(%(rungs)s)
        OFFSET 0) AS news
 CROSS JOIN LATERAL (
       SELECT DISTINCT unnest(
              CASE WHEN news.assignee_id IS NULL OR news.assignee_id <> ALL(%(staff)s::bigint[])
                        THEN %(desk)s::bigint[]
                   WHEN news.is_miss THEN news.assignee_id || %(desk)s::bigint[]
                   ELSE ARRAY[news.assignee_id] END)) AS person (id)
"""


def tell_rungs(fired: Fired, batch_name: str) -> int:
    """Queue one notice for each rung to be told and each person; return how many.

    What one batch found for one person carries one digest key, and travels as one mail.
    """
    if not fired.told:
        return 0
    staff = _staff_of(fired.provider_id)
    values: dict[str, Any] = {
        "rungs": fired.told,
        "staff": list(staff),
        "desk": desk_of({pk: role for pk, role in staff.items() if role in DESK_ROLES}),
        "digest": f"sweep:{batch_name}:",
        "answer_by": database_now() + _answer_within(fired.provider_id),
        "breach": BREACH,
        "breached": BREACHED.code,
        "warning": WARNING.code,
        "priorities": json.dumps(PRIORITY_LABELS),
        "metrics": json.dumps(METRIC_WORDS),
        **link_words("*"),
    }
    return queue_selected(fired.provider_id, NEWS, values)


def _staff_of(provider_id: int) -> dict[int, str]:
    """Return the active staff, role by membership."""
    roles = [role.value for role in STAFF_ROLES]
    rows = Membership.objects.filter(provider_id=provider_id, role__in=roles, is_active=True)
    return dict(rows.order_by("pk").values_list("pk", "role"))


def _answer_within(provider_id: int) -> timedelta:
    minutes = Provider.objects.values_list("acknowledge_minutes", flat=True).get(pk=provider_id)
    return timedelta(minutes=minutes)
