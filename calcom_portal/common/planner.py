"""What PostgreSQL's planner is told where its statistics are behind the rows.

A hundred thousand deadlines may pass in one instant, and it takes a minute until statistics know.
Until then the planner expects a handful, and would fetch and sort them all for each batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def in_order_of_an_index() -> Iterator[None]:
    """Let queries in the block read rows in the order of an index and stop at their limit.

    Only within a transaction, and only for a query whose order is that of an index: any other
    sorts as before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        yield
        cursor.execute("SET LOCAL enable_sort TO DEFAULT")
