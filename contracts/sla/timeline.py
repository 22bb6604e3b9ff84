"""The timeline: facts in; state, deadline, time left, segments and warnings of both clocks out."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from contracts.sla.calendar import ServiceCalendar
from contracts.sla.errors import TimelineError
from contracts.sla.facts import Fact, FactKind
from contracts.sla.plans import Hold, Plan
from contracts.sla.promises import Promise
from contracts.sla.segments import Segment, segments_of
from contracts.sla.targets import Metric, Priority, Target, Unit
from contracts.sla.walk import ClockWalk, without_undone


class ClockState(StrEnum):
    """How one clock stands."""

    NONE = "none"
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    LATE = "late"
    MET = "met"
    MISSED = "missed"
    MERGED = "merged"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The state in words for people."""
        return _LABELS[self]


_LABELS: Mapping[ClockState, str] = {
    ClockState.NONE: "no response promise",
    ClockState.WAITING: "not counting",
    ClockState.RUNNING: "counting",
    ClockState.PAUSED: "paused",
    ClockState.LATE: "late",
    ClockState.MET: "met",
    ClockState.MISSED: "missed",
    ClockState.MERGED: "merged, not judged",
    ClockState.ENDED: "closed before an answer was due, not judged",
}
_RUNNING = frozenset({ClockState.WAITING, ClockState.RUNNING, ClockState.PAUSED, ClockState.LATE})


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock at one instant. All instants are UTC but `now`, which is as it was given.

    `due` is None when nothing is promised, and while the clock is paused with no promised date.
    `left` is signed, in the target's unit: negative when late, the margin when stopped.
    `rungs` pairs shares of the target in percent with instants; share 100 is the deadline.
    """

    metric: Metric
    state: ClockState
    priority: Priority
    promise: Promise
    calendar: ServiceCalendar
    target: Target | None
    started_at: dt.datetime
    counts_from: dt.datetime
    due: dt.datetime | None
    stopped_at: dt.datetime | None
    used: dt.timedelta
    left: dt.timedelta | None
    segments: tuple[Segment, ...]
    rungs: tuple[tuple[int, dt.datetime], ...]
    hold: Hold | None
    taken_over: bool
    merged_into: str
    now: dt.datetime

    @property
    def is_open(self) -> bool:
        """Whether something is still owed."""
        return self.state in _RUNNING

    @property
    def is_late(self) -> bool:
        """Whether the promise was broken: still running past due, or stopped after it."""
        return self.state in (ClockState.LATE, ClockState.MISSED)

    @property
    def next_rung(self) -> tuple[int, dt.datetime] | None:
        """The first warning or deadline later than now, while the clock is open."""
        ahead = [rung for rung in self.rungs if rung[1] > self.now] if self.is_open else []
        return min(ahead, key=lambda rung: rung[1], default=None)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Both clocks of a ticket at one instant, and the terms in force."""

    opened_at: dt.datetime
    priority: Priority
    promise_id: str
    promise: Promise
    calendar_id: str
    calendar: ServiceCalendar
    clocks: tuple[ClockView, ...]
    hold: Hold | None
    now: dt.datetime

    @property
    def respond(self) -> ClockView:
        """The response clock."""
        return self.clocks[0]

    @property
    def resolve(self) -> ClockView:
        """The resolve clock."""
        return self.clocks[1]

    @property
    def is_open(self) -> bool:
        """Whether something is still owed by either clock."""
        return any(clock.is_open for clock in self.clocks)

    @property
    def next_event_at(self) -> dt.datetime | None:
        """The earliest instant later than now at which something happens by itself."""
        events = [clock.next_rung[1] for clock in self.clocks if clock.next_rung is not None]
        end = self.hold.known_end if self.hold is not None else None
        return min([*events, *([end] if end is not None else [])], default=None)


def timeline(
    facts: Iterable[Fact],
    promises: Mapping[str, Promise],
    calendars: Mapping[str, ServiceCalendar],
    now: dt.datetime,
) -> Timeline:
    """Compute both clocks from the facts up to `now`; later ones are ignored, to replay a past.

    Facts of the same instant keep their order. Raises TimelineError when the first fact is not
    OPENED, or a fact lacks what its kind needs or names terms that were not given.
    """
    happened = sorted((fact for fact in facts if fact.at <= now), key=lambda fact: fact.at)
    if not happened or happened[0].kind is not FactKind.OPENED:
        raise TimelineError("The first fact of a ticket must be its opening, not later than now.")
    opened, *later = without_undone(happened)
    walks = []
    for metric in (Metric.RESPOND, Metric.RESOLVE):
        walk = ClockWalk(metric, opened, promises, calendars)
        for fact in later:
            walk.take(fact)
        walk.notice_breach(now)
        walks.append(walk)
    resolve = walks[1]
    return Timeline(
        opened_at=opened.at.astimezone(dt.UTC),
        priority=resolve.priority,
        promise_id=resolve.promise_id,
        promise=resolve.promise,
        calendar_id=resolve.calendar_id,
        calendar=resolve.calendar,
        clocks=tuple(_view(walk, now) for walk in walks),
        hold=_hold_now(resolve, now),
        now=now,
    )


def _view(walk: ClockWalk, now: dt.datetime) -> ClockView:
    stopped_at = walk.stopped_at or walk.ended_at or walk.merged_at
    plan = walk.plan_in_force or (walk.plan(now) if stopped_at is None else None)
    if plan is None:
        return _no_promise(walk, stopped_at, now)
    # Closed stretches after a miss do not count towards the lateness, and cannot move the deadline.
    plan = replace(plan, closures=tuple(walk.closures)) if walk.frozen is plan else plan
    reference = stopped_at or now
    open_ended = walk.is_running and walk.frozen is None and plan.open_ended
    due = None if open_ended else plan.due
    return ClockView(
        metric=walk.metric,
        state=_state(walk, plan, now),
        priority=plan.priority,
        promise=plan.promise,
        calendar=plan.calendar,
        target=plan.target,
        started_at=plan.start.astimezone(dt.UTC),
        counts_from=_counts_from(plan),
        due=due,
        stopped_at=stopped_at.astimezone(dt.UTC) if stopped_at else None,
        used=plan.counted(plan.start, reference),
        left=plan.counted(reference, plan.due),
        segments=segments_of(plan, reference, due),
        rungs=() if open_ended else plan.rungs(),
        hold=_hold_now(walk, now),
        taken_over=plan.cap is not None and plan.cap == plan.due,
        merged_into=walk.merged_into,
        now=now,
    )


def _no_promise(walk: ClockWalk, stopped_at: dt.datetime | None, now: dt.datetime) -> ClockView:
    start = walk.start.astimezone(dt.UTC)
    return ClockView(
        metric=walk.metric,
        state=ClockState.MERGED if walk.merged_at else ClockState.NONE,
        priority=walk.priority,
        promise=walk.promise,
        calendar=walk.calendar,
        target=None,
        started_at=start,
        counts_from=start,
        due=None,
        stopped_at=stopped_at.astimezone(dt.UTC) if stopped_at else None,
        used=dt.timedelta(),
        left=None,
        segments=(),
        rungs=(),
        hold=_hold_now(walk, now),
        taken_over=False,
        merged_into=walk.merged_into,
        now=now,
    )


def _state(walk: ClockWalk, plan: Plan, now: dt.datetime) -> ClockState:
    missed = walk.frozen is not None or walk.missed_before
    if walk.stopped_at is not None:
        return ClockState.MISSED if missed else ClockState.MET
    if walk.merged_at is not None or walk.ended_at is not None:
        # A miss before the merge or the close stays a miss.
        unjudged = ClockState.MERGED if walk.merged_at is not None else ClockState.ENDED
        return ClockState.MISSED if missed else unjudged
    if walk.frozen is not None:
        return ClockState.LATE
    if any(hold.covers(now) for hold in plan.pausing_holds):
        return ClockState.PAUSED
    if plan.target.unit is Unit.BUSINESS and not plan.calendar.is_open(now):
        return ClockState.WAITING
    return ClockState.RUNNING


def _counts_from(plan: Plan) -> dt.datetime:
    if plan.target.unit is Unit.BUSINESS:
        return plan.calendar.next_opening(plan.start)
    return plan.start.astimezone(dt.UTC)


def _hold_now(walk: ClockWalk, now: dt.datetime) -> Hold | None:
    return next((hold for hold in reversed(walk.holds) if hold.covers(now)), None)
