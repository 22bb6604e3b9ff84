"""Many due clocks at once, written by SQL: what a bad morning leaves for the sweep."""

from __future__ import annotations

from django.db import connection

from calcom_portal.common.tenancy import provider_scope
from contracts.models import CalendarVersion
from tests.cast import Cast

TICKETS = """
INSERT INTO tickets_ticket
       (provider_id, customer_id, number, reference, kind, subject, state, priority,
        priority_reason, reporter_id, assignee_id, answers, calendar_version_id, promise_reason,
        opened_at, changed_at, next_deadline_at, next_metric, hold_party, hold_reason)
SELECT %(provider)s, %(customer)s, 5000 + i, 'CC-' || (5000 + i), 'problem', 'Static on line ' || i,
       'open', 'minor', '', %(reporter)s, CASE WHEN i %% 2 = 0 THEN %(assignee)s END, '{}',
       %(calendar)s, 'Covered by Tier 2', portal_now() - interval '9 hours', portal_now(),
       portal_now() - interval '1 minute', 'respond', '', ''
  FROM generate_series(1, %(count)s) AS i
RETURNING id
"""

CLOCKS = """
INSERT INTO tickets_clock
       (provider_id, customer_id, ticket_id, metric, state, due_at, rung_shares, rung_times,
        next_rung, next_at, failures)
SELECT provider_id, customer_id, id, 'respond', 'running', next_deadline_at,
       ARRAY[50, 75, 90, 100],
       ARRAY[next_deadline_at - interval '4 hours', next_deadline_at - interval '2 hours',
             next_deadline_at - interval '48 minutes', next_deadline_at],
       0, next_deadline_at - interval '4 hours', 0
  FROM tickets_ticket WHERE id = ANY(%(tickets)s)
"""


def build_due_clocks(cast: Cast, count: int) -> None:
    """Write `count` open tickets of Bayview with all rungs due; every second one is Dana's."""
    with provider_scope(provider_id=cast.calcom.pk), connection.cursor() as cursor:
        cursor.execute(
            TICKETS,
            {
                "provider": cast.calcom.pk,
                "customer": cast.bayview.pk,
                "reporter": cast.elena.membership_id,
                "assignee": cast.dana.membership_id,
                "calendar": CalendarVersion.objects.values_list("pk", flat=True).get(),
                "count": count,
            },
        )
        cursor.execute(CLOCKS, {"tickets": [row[0] for row in cursor.fetchall()]})
