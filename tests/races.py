"""Several at once, in threads of their own. Use it with `committed_db`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections


def all_at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the calls in threads of their own, let go together; return answers or exceptions."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return call()
        except Exception as error:  # noqa: BLE001 - the test looks at what went wrong
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
