"""A cache that may vanish: an absent or emptied server is a miss, never an error."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis as a hint: reads miss and writes are dropped while it is away."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return the value, or `default` when it is not there or the server is away."""
        return self._or(default, super().get, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        """Keep a value if the server is there."""
        self._or(None, super().set, key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Keep a value that is not there yet; true when the server is away."""
        return bool(self._or(True, super().add, key, value, timeout, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count up; a lost counter starts again."""
        try:
            return int(self._or(delta, super().incr, key, delta, version))
        except ValueError:
            # Emptied since the counter was made.
            return delta

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(self._or(False, super().delete, key, version))

    @staticmethod
    def _or(fallback: Any, call: Any, *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except (RedisError, OSError) as error:
            log.warning("cache.away error=%s", type(error).__name__)
            return fallback
