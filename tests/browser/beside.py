"""The workers that a journey needs, beside it in a thread: the browser keeps this one's loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")
ENDS_WITHIN_S = 60


@contextmanager
def working(work: Callable[[], object]) -> Iterator[None]:
    """Have a worker at it meanwhile; wait until it has ended, and fail with what it raised."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(_closing, work)
        yield
        future.result(ENDS_WITHIN_S)


def work_through(work: Callable[[], Result]) -> Result:
    """Have a worker do all of it now, and return what it says."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_closing, work).result(ENDS_WITHIN_S)


def _closing(work: Callable[[], Result]) -> Result:
    try:
        return work()
    finally:
        connections.close_all()
