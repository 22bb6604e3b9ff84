"""Loading a million tickets in a minute, by the superuser, past row policies and foreign keys.

Numbers of rows, places, people and states are spread as a busy provider's would be. The links of
the chains are not real hashes, and cached deadlines do not follow from the facts: neither is read
by what is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg2.extras import execute_values


@dataclass(frozen=True, slots=True)
class Size:
    """How many tickets a database holds for its main provider, and how many of them are open.

    The second provider has a tenth.
    """

    tickets: int
    live: int

    def tenth(self) -> Size:
        """Return the size of the second provider."""
        return Size(self.tickets // 10, self.live // 10)


SIZES = {
    "portal_large": Size(1_000_000, 100_000),
    "portal_small": Size(10_000, 1_000),
    "portal_open": Size(1_000_000, 1_000_000),
    "portal_few": Size(10_000, 10_000),
}
FLOOR_TICKETS = 1_000_000
TABLES = ("tickets_ticket", "tickets_clock", "tickets_fact", "tickets_message")

INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
  FROM pg_index WHERE indrelid = ANY(%s::regclass[])
   AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""


PUT_OFF = """
SET session_replication_role = replica;
SET synchronous_commit = off;
UPDATE tickets_clock
   SET next_rung = 0, next_at = now() + interval '10 days',
       rung_times = ARRAY[now() + interval '10 days', now() + interval '11 days',
                          now() + interval '12 days', now() + interval '13 days']
 WHERE next_at < now() + interval '1 hour';
UPDATE notifications_notice SET state = 'sent', acknowledge_by = NULL WHERE state <> 'sent';
"""


def put_off(cursor: Any) -> None:
    """Let nothing be due and nothing wait to be sent, whatever an earlier run left behind."""
    cursor.execute(PUT_OFF)
    cursor.execute("VACUUM ANALYZE tickets_clock, notifications_notice")


def fill(connection: Any, people: dict[str, Any], size: Size) -> None:
    """Load both providers of a database."""
    cursor = connection.cursor()
    cursor.execute(_sql("prepare"))
    cursor.execute(INDEXES, [list(TABLES)])
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for provider, own in zip(people["providers"], (size, size.tenth()), strict=True):
        _fill_provider(cursor, provider, own)
    for _, definition in indexes:
        cursor.execute(definition)
    _settle(cursor)


def fill_floor(connection: Any) -> None:
    """Load the bare site."""
    cursor = connection.cursor()
    cursor.execute(_sql("floor"), {"tickets": FLOOR_TICKETS})
    _settle(cursor)


def _fill_provider(cursor: Any, provider: dict[str, Any], size: Size) -> None:
    places = [
        (
            number,
            *(
                place[name]
                for name in (
                    "customer",
                    "site",
                    "device",
                    "reporter",
                    "contract",
                    "terms",
                    "promises",
                )
            ),
        )
        for number, place in enumerate(provider["places"])
    ]
    cursor.execute("TRUNCATE place, technician")
    execute_values(cursor, "INSERT INTO place VALUES %s", places)
    execute_values(
        cursor, "INSERT INTO technician VALUES %s", list(enumerate(provider["technicians"]))
    )
    values = {
        "provider": provider["provider"],
        "prefix": provider["prefix"],
        "calendar": provider["calendar"],
        "tickets": size.tickets,
        "live": size.live,
        "places": len(places),
        "technicians": len(provider["technicians"]),
        # Where all are open the sweep is measured: nothing is due until it says so.
        "late": 0 if size.live == size.tickets else 0.02,
    }
    cursor.execute(_sql("provider"), values)


def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _settle(cursor: Any) -> None:
    """Leave the data as a database that has run for a while: visible, counted, on disk."""
    cursor.execute("VACUUM ANALYZE")
    cursor.execute("CHECKPOINT")
