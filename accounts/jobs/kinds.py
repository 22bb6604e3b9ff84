"""Which kinds of long work there are: a registry that upper apps fill in `ready()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.capabilities import Capability


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job, in words for its owner. `url` leads to where it can be seen.

    `facts` are plain JSON values for the page that started it.
    """

    text: str
    url: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long work. `run` takes a `JobRun`."""

    code: str
    run: Callable[[Any], Outcome]
    needs: Capability | None
    in_pieces: bool
    may_rerun: bool


_kinds: dict[str, JobKind] = {}


def register_job(
    kind: str,
    run: Callable[[Any], Outcome],
    *,
    needs: Capability | None = None,
    in_pieces: bool = False,
    may_rerun: bool = True,
) -> None:
    """Have `run` called for jobs of this kind.

    `needs` is asked of the owner when the job is started and again when it runs. `in_pieces` work
    commits for itself. Work that may not be run again fails, in words, when a worker dies on it.
    """
    _kinds[kind] = JobKind(kind, run, needs, in_pieces, may_rerun)


def kind_of(code: str) -> JobKind:
    """Return a kind. Raises LookupError for one that nobody registered."""
    if code not in _kinds:
        raise LookupError(f"Nobody registered the job kind {code}.")
    return _kinds[code]


def is_known(code: str) -> bool:
    """Did somebody register this kind?"""
    return code in _kinds
