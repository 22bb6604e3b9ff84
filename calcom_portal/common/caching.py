"""A cache that may vanish: an absent or emptied server is a miss, never an error.

While it is away each process remembers for itself, so that limits, those of sign-in above all,
still hold.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# A counter never stays for good, wherever a caller is interrupted.
COUNT = """
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
if count == tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""


class ForgivingRedisCache(RedisCache):
    """Redis as a hint; the memory of this process while it is away."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._meanwhile = LocMemCache("while the server is away", {})

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return the value, or `default` when it is not there."""
        return self._or("get", key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        """Keep a value."""
        self._or("set", key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Keep a value that is not there yet."""
        return bool(self._or("add", key, value, timeout, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count up; a lost counter starts again."""
        try:
            return int(self._or("incr", key, delta, version))
        except ValueError:
            # Emptied since the counter was made.
            return delta

    def count_up(self, key: str, timeout: int, *, by: int = 1) -> int:
        """Count up under a key that is forgotten `timeout` seconds after its first."""
        try:
            name = self.make_and_validate_key(key)
            return int(self._count(keys=[name], args=[timeout, by]))
        except (RedisError, OSError) as error:
            log.warning("cache.away error=%s", type(error).__name__)
            self._meanwhile.add(key, 0, timeout)
            return int(self._meanwhile.incr(key, by))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(self._or("delete", key, version))

    @cached_property
    def _count(self) -> Any:
        return self._cache.get_client(write=True).register_script(COUNT)

    def _or(self, verb: str, *arguments: Any) -> Any:
        try:
            return getattr(super(), verb)(*arguments)
        except (RedisError, OSError) as error:
            log.warning("cache.away error=%s", type(error).__name__)
            return getattr(self._meanwhile, verb)(*arguments)
