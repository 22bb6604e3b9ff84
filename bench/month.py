"""One month's figures of 200 customers: `python -m bench.month`.

The provider has a sealed verdict on each of its 900,000 finished tickets of three years; about
25,000 of them were due in the month that is asked for.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime

from bench.client import Ask, in_turns
from bench.figures import Figure, report
from bench.ground import Ground, arguments, ground
from tickets.months import Month

LIMIT_MS = 100
# Foreign keys are off while loading: the facts that would seal these verdicts are not looked at.
FILL = """
SET session_replication_role = replica;
SET synchronous_commit = off;
INSERT INTO tickets_verdict
       (provider_id, customer_id, ticket_id, metric, outcome, due_at, stopped_at, sealed_at,
        fact_id, reason)
SELECT provider_id, customer_id, id, 'respond',
       CASE WHEN random() < 0.04 THEN 'missed' ELSE 'met' END, opened_at + interval '8 hours',
       responded_at, opened_at + interval '8 hours', id, ''
  FROM tickets_ticket WHERE responded_at IS NOT NULL ORDER BY id;
"""


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, "portal_large") as place:
        _fill(place)
        month = Month.of(datetime.now(UTC), UTC).moved(-12)
        cookie = place.people["providers"][0]["technician"]
        with place.web("portal_large") as web:
            page = Ask(web.port, f"/reports/?month={month}", headers=(("Cookie", cookie),))
            sides = in_turns({"page": page}, single=20, many=20)
        told = place.inside("month", "portal_large", str(month))
        counts = place.inside(
            "queries",
            "portal_large",
            json.dumps([{"path": f"/reports/?month={month}", "cookie": cookie}]),
        )
    report(
        "A month's figures of a provider with 1,000,000 tickets",
        [
            Figure("customers with figures", told["customers"], 190, at_least=True),
            Figure("verdicts that were due in the month", told["verdicts"]),
            Figure("the figures of all customers", told["figures_ms"], LIMIT_MS, "ms"),
            Figure("the figures that a customer sees", told["own_ms"], LIMIT_MS, "ms"),
            Figure("whole page", sides["page"].ms, unit="ms"),
            Figure("SQL queries of the page", len(counts[0]), 10),
            Figure("plans that read a whole table", told["whole_tables"], 0),
        ],
    )


def _fill(place: Ground) -> None:
    cursor = place.superuser("portal_large").cursor()
    cursor.execute("SELECT EXISTS (SELECT FROM tickets_verdict)")
    if cursor.fetchone() == (True,):
        return
    start = time.monotonic()
    cursor.execute(FILL)
    cursor.execute("VACUUM ANALYZE tickets_verdict, tickets_ticket, tickets_clock")
    print(f"verdicts: loaded in {time.monotonic() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
