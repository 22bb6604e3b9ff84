"""The cache may vanish between any two calls."""

from __future__ import annotations

import uuid

from django.core.cache import cache


def test_a_counter_that_was_emptied_away_starts_again() -> None:
    key = f"test:{uuid.uuid4()}"
    assert cache.incr(key) == 1
    cache.add(key, 4, timeout=10)
    assert cache.incr(key) == 5
