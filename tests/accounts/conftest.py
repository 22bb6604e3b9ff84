"""Fixtures for tests of people and ways in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Forget the counts of rate limits: they live in a cache that tests share."""
    cache.clear()
    yield
    cache.clear()
