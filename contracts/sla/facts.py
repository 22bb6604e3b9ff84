"""The stored facts of a ticket that its clocks are computed from."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from contracts.sla.targets import Metric, Party, Priority


class FactKind(StrEnum):
    """What happened. MERGED stands on the child of a merge, ABSORBED on the target."""

    OPENED = "opened"
    TRIAGED = "triaged"
    REPLIED = "replied"
    CALLED = "called"
    SESSION_STARTED = "session_started"
    ARRIVED = "arrived"
    CUSTOMER_REPLIED = "customer_replied"
    HELD = "held"
    RESUMED = "resumed"
    PRIORITY_CHANGED = "priority_changed"
    PROMISE_CHANGED = "promise_changed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    UNMERGED = "unmerged"
    ABSORBED = "absorbed"
    RELEASED = "released"


RESPONSES = frozenset(
    {FactKind.REPLIED, FactKind.CALLED, FactKind.SESSION_STARTED, FactKind.ARRIVED}
)
"""A public reply by a technician, a logged call, a remote session or arrival: nothing else."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened at an aware instant; which other fields are set depends on the kind.

    OPENED names priority, calendar and promise; PRIORITY_CHANGED the priority; PROMISE_CHANGED a
    new calendar or promise or both; HELD the party, the reason and perhaps the promised date
    `until`. MERGED names the target ticket as `other`; ABSORBED on the target names the child, its
    opening, and the deadlines of those of its clocks that were still open.
    """

    kind: FactKind
    at: dt.datetime
    priority: Priority | None = None
    party: Party | None = None
    reason: str = ""
    until: dt.datetime | None = None
    calendar_id: str | None = None
    promise_id: str | None = None
    other: str = ""
    other_opened_at: dt.datetime | None = None
    other_due: tuple[tuple[Metric, dt.datetime], ...] = ()
