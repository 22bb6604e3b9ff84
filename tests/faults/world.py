"""The assertions that must hold after every fault, in SQL of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from accounts.audit import verify_audit
from calcom_portal.common.chain import Link, first_break
from calcom_portal.common.tenancy import provider_scope
from tests.cast import Cast
from tests.notifications.smtp_sink import Taken
from tickets.models import Fact

# Rungs that have passed, and how often the ledger has each: anything but once is a fault.
RUNGS_NOT_RECORDED_ONCE = """
SELECT clock.id, rung.share, count(ledger.id)
  FROM tickets_clock clock
 CROSS JOIN LATERAL unnest(clock.rung_shares, clock.rung_times) AS rung (share, at)
  LEFT JOIN tickets_rung ledger ON ledger.clock_id = clock.id AND ledger.share = rung.share
 WHERE rung.at < portal_now()
 GROUP BY clock.id, rung.share
HAVING count(ledger.id) <> 1
"""

# Who must have been told of each rung that is told: the assignee, and of a miss the desk as well.
NOTICES_NOT_QUEUED_ONCE = """
SELECT ledger.clock_id, ledger.share, person.id, count(notice.id)
  FROM tickets_rung ledger
  JOIN tickets_ticket ticket ON ticket.id = ledger.ticket_id
  JOIN accounts_membership person
    ON person.provider_id = ledger.provider_id
   AND (person.id = ticket.assignee_id
        OR person.role = 'dispatcher' AND (ledger.share = 100 OR ticket.assignee_id IS NULL))
  LEFT JOIN notifications_notice notice
    ON notice.provider_id = ledger.provider_id
   AND notice.dedupe_key
     = concat_ws(':', 'rung', ledger.clock_id, ledger.share, person.id, 'mail')
 WHERE ledger.told
 GROUP BY ledger.clock_id, ledger.share, person.id
HAVING count(notice.id) <> 1
"""

MISSES_NOT_SEALED_ONCE = """
SELECT ledger.ticket_id, count(verdict.id)
  FROM tickets_rung ledger
  LEFT JOIN tickets_verdict verdict
    ON verdict.ticket_id = ledger.ticket_id AND verdict.metric = ledger.metric
   AND verdict.outcome = 'missed'
 WHERE ledger.share = 100
 GROUP BY ledger.ticket_id
HAVING count(verdict.id) <> 1
"""

NOTICES_THAT_WILL_NEVER_MOVE = """
SELECT id, state FROM notifications_notice
 WHERE state NOT IN ('sent', 'muted', 'dead', 'ready')
   AND NOT (state = 'leased' AND lease_until IS NOT NULL)
"""


def assert_world(cast: Cast) -> None:
    """Every due rung is recorded once, every notice owed is queued once, and the chains hold."""
    with provider_scope(provider_id=cast.calcom.pk):
        assert rows(RUNGS_NOT_RECORDED_ONCE) == []
        assert rows(NOTICES_NOT_QUEUED_ONCE) == []
        assert rows(MISSES_NOT_SEALED_ONCE) == []
        assert rows(NOTICES_THAT_WILL_NEVER_MOVE) == []
        assert first_break(_clock_chain(cast)) is None
        assert verify_audit(cast.calcom.pk) is None


def assert_all_sent(cast: Cast, taken: Iterable[Taken], kills: int) -> None:
    """Every notice was sent; what came twice has one Message-ID, at most once for each kill."""
    with provider_scope(provider_id=cast.calcom.pk):
        unsent = rows(
            "SELECT id, state, last_error FROM notifications_notice WHERE state <> 'sent'"
        )
        owed = {row[0] for row in rows("SELECT DISTINCT message_id FROM notifications_notice")}
    assert unsent == []
    seen = Counter(str(message.message["Message-ID"]) for message in taken)
    assert set(seen) == owed
    assert sum(seen.values()) - len(seen) <= kills


def rows(statement: str) -> list[tuple[object, ...]]:
    """Return what a statement finds in the current scope."""
    with connection.cursor() as cursor:
        # Nothing has analysed these new tables: nested loops would take minutes.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(statement)
        return list(cursor.fetchall())


def _clock_chain(cast: Cast) -> Iterable[Link]:
    facts = Fact.objects.filter(provider_id=cast.calcom.pk).order_by("number")
    for row in facts.values_list("number", "previous", "body", "digest"):
        yield Link(*row)
