"""Fixtures for tests of the API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    """Forget the counts of throttles: they live in a cache that tests share."""
    cache.clear()
    yield
    cache.clear()
