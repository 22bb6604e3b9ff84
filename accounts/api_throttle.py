"""How often an API key may call: counted in fixed windows, reads and writes apart."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.core.cache import caches
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from accounts.viewer import Viewer

# So many calls of a process are told to the shared counter at once, while the limit is far.
STRIDE = 5


@dataclass(slots=True)
class Tally:
    """What one process knows of a key's calls in one window."""

    told: int = 0
    untold: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def allows(self, limit: int, count_up: Callable[[int], int]) -> bool:
        """Count one more call, and say whether it is within the limit.

        `count_up` adds to the counter that all processes share, and returns what it then stands at.
        From half the limit on every call is told: each process lets fewer than STRIDE too many
        through, and only if the others took the second half meanwhile.
        """
        with self._lock:
            self.untold += 1
            if self.untold < STRIDE and self.told + self.untold <= limit // 2:
                return True
            calls, self.untold = self.untold, 0
            # Other threads see at once what is on its way.
            self.told += calls
        told = count_up(calls)
        self.told = max(self.told, told)
        return told <= limit


class KeyThrottle(BaseThrottle):
    """Counts the calls of a key. While the cache is away, each process counts for itself."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this call and say whether it is within the rate of the settings."""
        viewer: Viewer | None = getattr(request._request, "viewer", None)
        if viewer is None:
            return True
        kind = "reads" if request.method in SAFE_METHODS else "writes"
        limit, seconds = _rate(kind)
        window, passed = divmod(time.time(), seconds)
        self.left = seconds - passed
        counter = f"throttle:{viewer.via.rpartition(' ')[2]}:{kind}:{int(window)}"
        cache: Any = caches["default"]
        return _tally(counter).allows(
            limit, lambda calls: cache.count_up(counter, seconds * 2, by=calls)
        )

    def wait(self) -> float:
        """Return the seconds until the next window, for Retry-After."""
        return self.left


MOST_KEPT = 1000
_tallies: dict[str, Tally] = {}


def _tally(counter: str) -> Tally:
    if len(_tallies) >= MOST_KEPT and counter not in _tallies:
        # Those of former windows; of this one a few calls are forgotten.
        _tallies.clear()
    return _tallies.setdefault(counter, Tally())


def _rate(kind: str) -> tuple[int, int]:
    rates = SimpleRateThrottle.THROTTLE_RATES
    limit, seconds = SimpleRateThrottle.parse_rate(SimpleRateThrottle, rates[kind])  # type: ignore[arg-type]
    return int(limit or 0), int(seconds or 60)
