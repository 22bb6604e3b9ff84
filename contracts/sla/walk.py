"""Walking through the facts of a ticket for one clock, in order, by the rules of the clock."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from contracts.sla.calendar import ServiceCalendar
from contracts.sla.errors import TimelineError
from contracts.sla.facts import RESPONSES, Fact, FactKind
from contracts.sla.pauses import Pause
from contracts.sla.plans import Hold, Plan, target_for_cap
from contracts.sla.promises import Promise
from contracts.sla.targets import Metric

Value = TypeVar("Value")
Promises = Mapping[str, Promise]
Calendars = Mapping[str, ServiceCalendar]


class ClockWalk:
    """What one clock knows after the facts so far.

    Before each fact the deadline in force is compared with the fact's instant: once it has passed
    the plan is frozen, so that nothing that happens later can move it.
    """

    def __init__(
        self, metric: Metric, opened: Fact, promises: Promises, calendars: Calendars
    ) -> None:
        self.metric = metric
        self._promises = promises
        self._calendars = calendars
        self.start = opened.at
        self.priority = _needed(opened.priority, "priority", opened)
        self.promise_id = _needed(opened.promise_id, "promise_id", opened)
        self.calendar_id = _needed(opened.calendar_id, "calendar_id", opened)
        self.holds: list[Hold] = []
        self.closures: list[Pause] = []
        self.cap: dt.datetime | None = None
        self.stopped_at: dt.datetime | None = None
        self.ended_at: dt.datetime | None = None
        self.merged_at: dt.datetime | None = None
        self.merged_into = ""
        self.sealed: Plan | None = None
        self.frozen: Plan | None = None
        self.missed_before = False

    @property
    def promise(self) -> Promise:
        """The promise in force."""
        return _known(self._promises, self.promise_id, "promise")

    @property
    def calendar(self) -> ServiceCalendar:
        """The calendar version in force."""
        return _known(self._calendars, self.calendar_id, "calendar")

    @property
    def is_running(self) -> bool:
        """Whether nothing has stopped, ended or merged the clock."""
        return self.stopped_at is None and self.ended_at is None and self.merged_at is None

    @property
    def plan_in_force(self) -> Plan | None:
        """The plan that was missed, or sealed by the stop."""
        return self.frozen or self.sealed

    def take(self, fact: Fact) -> None:
        """Apply the next fact."""
        self.notice_breach(fact.at)
        _RULES[fact.kind](self, fact)

    def notice_breach(self, instant: dt.datetime) -> None:
        """Freeze the plan when its deadline has passed: breach is later than due, not at due."""
        if self.is_running and self.frozen is None:
            plan = self.plan(instant)
            if plan is not None and instant > plan.due:
                self.frozen = plan

    def plan(self, as_of: dt.datetime) -> Plan | None:
        """Return the plan under the terms now in force; None when nothing is promised."""
        promise, calendar = self.promise, self.calendar
        target = promise.target(self.priority, self.metric)
        if target is None:
            if self.cap is None:
                return None
            target = target_for_cap(calendar, self.start, self.cap)
        plan = Plan(
            metric=self.metric,
            priority=self.priority,
            promise=promise,
            calendar=calendar,
            target=target,
            start=self.start,
            holds=tuple(self.holds),
            closures=tuple(self.closures),
            cap=self.cap,
            as_of=as_of,
            due=self.start,
        )
        due = target.due(calendar, self.start, plan.pauses)
        return replace(plan, due=due if self.cap is None else min(due, self.cap))

    def _opened(self, fact: Fact) -> None:
        raise TimelineError(f"The ticket was opened a second time at {fact.at.isoformat()}.")

    def _responded(self, fact: Fact) -> None:
        if self.metric is not Metric.RESPOND or self.stopped_at or self.merged_at:
            return
        plan = self.frozen or self.plan(fact.at)
        # An answer long after a close without one does not turn "not judged" into a miss.
        if self.ended_at is not None and plan is not None and fact.at > plan.due:
            return
        self._stop(fact.at)
        self.ended_at = None

    def _stop(self, at: dt.datetime) -> None:
        self.stopped_at = at
        self.sealed = self.plan(at)

    def _prioritised(self, fact: Fact) -> None:
        if fact.priority is not None:
            self.priority = fact.priority

    def _promised(self, fact: Fact) -> None:
        self.promise_id = fact.promise_id or self.promise_id
        self.calendar_id = fact.calendar_id or self.calendar_id

    def _held(self, fact: Fact) -> None:
        self._end_hold(fact)
        party = _needed(fact.party, "party", fact)
        self.holds.append(Hold(fact.at, None, party, fact.reason, fact.until))

    def _end_hold(self, fact: Fact) -> None:
        if self.holds and self.holds[-1].end is None:
            self.holds[-1] = replace(self.holds[-1], end=fact.at)

    def _solved(self, fact: Fact) -> None:
        self._end_hold(fact)
        if not self.is_running:
            return
        if self.metric is Metric.RESOLVE:
            self._stop(fact.at)
        else:
            self.ended_at = fact.at
            self.sealed = self.plan(fact.at)

    def _reopened(self, fact: Fact) -> None:
        since = self.ended_at or (self.stopped_at if self.metric is Metric.RESOLVE else None)
        if since is None or self.merged_at is not None:
            return
        self.closures.append((since, fact.at))
        self.stopped_at = self.ended_at = None
        self.sealed = None

    def _merged(self, fact: Fact) -> None:
        self._end_hold(fact)
        if self.merged_at is None:
            running = self.is_running
            self.merged_at, self.merged_into = fact.at, fact.other
            if running:
                self.sealed = self.plan(fact.at)

    def _absorbed(self, fact: Fact) -> None:
        taken_over = dict(fact.other_due).get(self.metric)
        opened_at = _needed(fact.other_opened_at, "other_opened_at", fact)
        if self.is_running:
            # An answered report is owed no response any more: its opening starts nothing.
            if self.metric is Metric.RESOLVE or taken_over is not None:
                self.start = min(self.start, opened_at)
        elif self.stopped_at is None or taken_over is None or opened_at <= self.stopped_at:
            return
        else:
            # What stopped this clock came before the other report, so it was no answer to it.
            self.missed_before = self.missed_before or self.frozen is not None
            self.stopped_at = self.sealed = self.frozen = None
            self.start, self.closures, self.cap = opened_at, [], None
        if taken_over is not None:
            self.cap = taken_over if self.cap is None else min(self.cap, taken_over)

    def _ignored(self, fact: Fact) -> None:
        """Undone merges are left out before the walk, see `without_undone`."""


_RULES: Mapping[FactKind, Callable[[ClockWalk, Fact], None]] = {
    FactKind.OPENED: ClockWalk._opened,
    FactKind.TRIAGED: ClockWalk._prioritised,
    FactKind.PRIORITY_CHANGED: ClockWalk._prioritised,
    FactKind.PROMISE_CHANGED: ClockWalk._promised,
    **dict.fromkeys(RESPONSES, ClockWalk._responded),
    FactKind.HELD: ClockWalk._held,
    FactKind.RESUMED: ClockWalk._end_hold,
    FactKind.CUSTOMER_REPLIED: ClockWalk._end_hold,
    FactKind.RESOLVED: ClockWalk._solved,
    FactKind.CLOSED: ClockWalk._solved,
    FactKind.REOPENED: ClockWalk._reopened,
    FactKind.MERGED: ClockWalk._merged,
    FactKind.ABSORBED: ClockWalk._absorbed,
    FactKind.UNMERGED: ClockWalk._ignored,
    FactKind.RELEASED: ClockWalk._ignored,
}

_UNDOES = {FactKind.UNMERGED: FactKind.MERGED, FactKind.RELEASED: FactKind.ABSORBED}


def without_undone(facts: Iterable[Fact]) -> list[Fact]:
    """Leave out merges that were undone: the clocks are then as if they had never been."""
    kept: list[Fact] = []
    for fact in facts:
        undone = _UNDOES.get(fact.kind)
        if undone is None:
            kept.append(fact)
            continue
        merges = [
            index
            for index, earlier in enumerate(kept)
            if earlier.kind is undone and earlier.other == fact.other
        ]
        if not merges:
            raise TimelineError(
                f"No merge with {fact.other or 'another ticket'} was there to undo."
            )
        del kept[merges[-1]]
    return kept


def _needed(value: Value | None, name: str, fact: Fact) -> Value:
    if value is None:
        raise TimelineError(f"The fact {fact.kind} at {fact.at.isoformat()} needs {name}.")
    return value


def _known(versions: Mapping[str, Value], key: str, what: str) -> Value:
    if key not in versions:
        raise TimelineError(f"The {what} {key} is named by a fact but was not given.")
    return versions[key]
