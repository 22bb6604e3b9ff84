"""Which statements read a whole large table, by their plans as they really ran."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from django.db import connection

# Short tables may be read whole: nothing is quicker.
LARGE = {
    *("tickets_ticket", "tickets_ticketword", "tickets_verdict", "tickets_clock"),
    *("contracts_device", "contracts_deviceword"),
}
LARGE_ROWS = 5_000


def reads_whole(scope: AbstractContextManager[object], sql: str) -> int:
    """Run a statement once more in a scope; return how many large tables it read whole."""
    if not sql.lstrip().startswith(("SELECT", "WITH")):
        return 0
    with scope, connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        return sum(_is_whole(node) for node in _nodes(cursor.fetchone()[0][0]["Plan"]))


def _is_whole(node: dict[str, Any]) -> bool:
    read = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
    is_seq = node["Node Type"] == "Seq Scan" and node.get("Relation Name") in LARGE
    return is_seq and read * node.get("Actual Loops", 1) > LARGE_ROWS


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
