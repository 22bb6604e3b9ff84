"""What every probe does with time and with the ways in which a connection fails."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable
from datetime import timedelta
from time import monotonic
from typing import TypeVar

from monitoring.probes.facts import Facts
from monitoring.probes.results import Outcome, ProbeResult

Answer = TypeVar("Answer")


class NotWell(Exception):
    """The other side answered, but not as it should; the text is for people.

    DEAD unless `outcome` says that the equipment itself is alive, or that nobody could ask.
    """

    def __init__(
        self, words: str, outcome: Outcome = Outcome.DEAD, facts: Facts | None = None
    ) -> None:
        super().__init__(words)
        self.outcome, self.facts = outcome, facts or {}


class Stopwatch:
    """Measures one probe."""

    def __init__(self) -> None:
        self._began = monotonic()

    @property
    def took(self) -> timedelta:
        """Return the time since it was started."""
        return timedelta(seconds=monotonic() - self._began)

    def dead(self, words: str) -> ProbeResult:
        """Return the result of a probe that failed."""
        return ProbeResult(Outcome.DEAD, self.took, words)


async def within(
    deadline: timedelta, asking: Awaitable[Answer], watch: Stopwatch
) -> Answer | ProbeResult:
    """Return the answer, or the result of a probe that had none: it never raises for a peer."""
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            return await asking
    except TimeoutError:
        return watch.dead(f"No answer within {deadline.total_seconds():g} s")
    except NotWell as error:
        return ProbeResult(error.outcome, watch.took, str(error), error.facts)
    except Exception as error:
        words = _in_words(error)
        if words is None:
            raise
        return watch.dead(words)


FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (ConnectionRefusedError, "The connection was refused"),
    (ssl.SSLError, "The TLS connection failed"),
    (asyncio.LimitOverrunError, "The answer is too long"),
    (EOFError, "The connection ended before an answer"),
    (OSError, "The connection failed"),
)


def _in_words(error: Exception) -> str | None:
    return next((words for kind, words in FAILURES if isinstance(error, kind)), None)
