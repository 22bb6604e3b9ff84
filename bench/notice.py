"""From a deadline to its queued notice, with the real beat and worker: `python -m bench.notice`.

Deadlines are spread over a minute, at a million open tickets. A notice counts from the moment at
which another connection can see its row.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from statistics import median, quantiles
from typing import Any

from bench.figures import Figure, report
from bench.ground import Ground, arguments, ground
from bench.loading import put_off

DATABASE = "portal_open"
CLOCKS = 300
SPREAD = 60
FIRST = 20
EVERY = 0.1
PATIENCE = 60

MAKE_DUE = """
UPDATE tickets_clock clock
   SET due_at = passed.at, next_rung = 3, next_at = passed.at,
       rung_times = ARRAY[passed.at - '4 h'::interval, passed.at - '2 h'::interval,
                          passed.at - '48 min'::interval, passed.at]
  FROM (SELECT id, clock_timestamp() + interval '1 second' * (%(first)s
                   + %(spread)s * row_number() OVER (ORDER BY id) / %(clocks)s::float) AS at
          FROM (SELECT id FROM tickets_clock
                 WHERE provider_id = %(provider)s AND next_at > now() + '1 hour' AND next_rung < 3
                 ORDER BY id LIMIT %(clocks)s) AS chosen) AS passed
 WHERE clock.id = passed.id
RETURNING 'rung:' || clock.id || ':100', extract(epoch FROM clock.due_at)
"""

QUEUED = """
SELECT event_key, extract(epoch FROM clock_timestamp()) FROM notifications_notice
 WHERE provider_id = %s AND event_key = ANY(%s)
"""


def delays(place: Ground) -> list[float]:
    """Return for each deadline the seconds until its notice stood in the outbox."""
    cursor = place.superuser(DATABASE).cursor()
    provider = place.people["providers"][0]["provider"]
    cursor.execute("SET session_replication_role = replica")
    values = {"clocks": CLOCKS, "spread": SPREAD, "first": FIRST, "provider": provider}
    cursor.execute(MAKE_DUE, values)
    due = {key: float(at) for key, at in cursor.fetchall()}
    seen: dict[str, float] = {}
    limit = time.monotonic() + FIRST + SPREAD + PATIENCE
    while len(seen) < len(due) and time.monotonic() < limit:
        _look(cursor, provider, due, seen)
        time.sleep(EVERY)
    if len(seen) < len(due):
        raise SystemExit(f"{len(due) - len(seen)} of {len(due)} deadlines were never told.")
    return [seen[key] - at for key, at in due.items()]


def _look(cursor: Any, provider: int, due: dict[str, float], seen: dict[str, float]) -> None:
    cursor.execute(QUEUED, [provider, [key for key in due if key not in seen]])
    for key, at in cursor.fetchall():
        seen.setdefault(key, float(at))


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, DATABASE) as place, ExitStack() as processes:
        put_off(place.superuser(DATABASE).cursor())
        for name in ("beat", "worker"):
            processes.enter_context(place.process(name, DATABASE))
        waited = delays(place)
    report(
        "From a deadline to its queued notice: real beat and worker, 1,000,000 open tickets",
        [
            Figure("deadlines in a minute", len(waited)),
            Figure("median", median(waited), unit="s"),
            Figure("99 of 100 within", quantiles(waited, n=100)[98], 10, "s"),
            Figure("longest", max(waited), unit="s"),
        ],
    )


if __name__ == "__main__":
    main()
