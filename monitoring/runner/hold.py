"""Are we ill ourselves? When much of what was well fails at once, alerts are held. Pure.

Counts the newest result of every check that was asked directly within the last minute. Failures of
one or two sites are theirs; a large share over several sites means our own way out.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass

WINDOW = 60.0
ILL_FROM = 0.30
WELL_BELOW = 0.15
FEWEST_CHECKS = 10
FEWEST_SITES = 3


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest result of a check: when, and at which site it failed (None for a success)."""

    at: float
    failed_site: int | None


class Hold:
    """Keeps count; `is_ill` says whether failures prove nothing at the moment."""

    def __init__(self) -> None:
        self._latest: dict[int, Latest] = {}
        self._order: deque[tuple[float, int]] = deque()
        self._sites: Counter[int] = Counter()
        self._failed = 0
        self.ill_since: float | None = None

    @property
    def is_ill(self) -> bool:
        """Is our own side suspected?"""
        return self.ill_since is not None

    def note(self, check_id: int, site_id: int, *, failed: bool, at: float) -> bool:
        """Count a result; return whether our health has just changed.

        `failed` is only what was well before: equipment that has been down for long says nothing.
        """
        self._forget(check_id)
        self._latest[check_id] = Latest(at, site_id if failed else None)
        self._order.append((at, check_id))
        if failed:
            self._failed += 1
            self._sites[site_id] += 1
        self._let_go(at - WINDOW)
        return self._judge(at)

    def drop(self, check_id: int) -> None:
        """Forget a check that is no longer asked."""
        self._forget(check_id)

    def _judge(self, now: float) -> bool:
        total = len(self._latest)
        share = self._failed / total if total else 0.0
        if self.ill_since is None:
            wide = total >= FEWEST_CHECKS and len(self._sites) >= FEWEST_SITES
            self.ill_since = now if wide and share > ILL_FROM else None
            return self.ill_since is not None
        if share < WELL_BELOW:
            self.ill_since = None
            return True
        return False

    def _let_go(self, before: float) -> None:
        while self._order and self._order[0][0] < before:
            at, check_id = self._order.popleft()
            if (latest := self._latest.get(check_id)) is not None and latest.at == at:
                self._forget(check_id)

    def _forget(self, check_id: int) -> None:
        latest = self._latest.pop(check_id, None)
        if latest is None or latest.failed_site is None:
            return
        self._failed -= 1
        self._sites[latest.failed_site] -= 1
        if not self._sites[latest.failed_site]:
            del self._sites[latest.failed_site]
