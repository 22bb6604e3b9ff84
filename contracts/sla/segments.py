"""Segments: every stretch of a clock's time, whether it counted, and why."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from contracts.sla.plans import Hold, Plan, pauses_of
from contracts.sla.targets import Metric, Party, Unit


class Reason(StrEnum):
    """Why a stretch of time counted or did not."""

    COUNTED = "counted"
    OWN_WAIT = "own_wait"
    OUTSIDE_HOURS = "outside_hours"
    PAUSED = "paused"
    CLOSED = "closed"


class Phase(StrEnum):
    """Where a stretch lies: used so far, still to come before the deadline, or after it."""

    PAST = "past"
    AHEAD = "ahead"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch [start, end) in UTC; `amount` is the time in it that counted in the target's unit.

    `party` and `detail` tell whom a hold waited for and why. `holidays` are the closed days whose
    normal hours fall into a stretch outside business hours.
    """

    start: dt.datetime
    end: dt.datetime
    counted: bool
    reason: Reason
    phase: Phase
    amount: dt.timedelta
    detail: str = ""
    party: Party | None = None
    holidays: tuple[dt.date, ...] = ()


def segments_of(plan: Plan, reference: dt.datetime, due: dt.datetime | None) -> tuple[Segment, ...]:
    """Return contiguous segments from the start of the clock to the later of `due` and `reference`.

    `reference` is now, or the instant at which the clock stopped.
    """
    last = max(reference, due) if due is not None else reference
    if last <= plan.start:
        return ()
    windows = list(plan.calendar.windows(plan.start, last)) if _by_calendar(plan) else []
    waits = pauses_of(_own_waits(plan), plan.as_of)
    edges = {plan.start, reference, last, due or last, _moved_from(plan)}
    edges.update(edge for pair in (*windows, *plan.pauses, *waits) for edge in pair)
    inside = sorted(edge for edge in edges if plan.start <= edge <= last)
    describe = _Describer(plan, windows, reference, due)
    return _joined([describe(start, end) for start, end in pairwise(inside)])


class _Describer:
    """Says for one stretch between two neighbouring edges what it is."""

    def __init__(
        self,
        plan: Plan,
        windows: list[tuple[dt.datetime, dt.datetime]],
        reference: dt.datetime,
        due: dt.datetime | None,
    ) -> None:
        self._plan = plan
        self._windows = windows
        self._next_window = 0
        self._reference = reference
        self._due = due

    def __call__(self, start: dt.datetime, end: dt.datetime) -> Segment:
        reason, hold = self._reason(start)
        counted = reason in (Reason.COUNTED, Reason.OWN_WAIT)
        return Segment(
            start=start,
            end=end,
            counted=counted,
            reason=reason,
            phase=self._phase(start),
            amount=end - start if counted else dt.timedelta(),
            detail=hold.reason if hold else "",
            party=hold.party if hold else None,
            holidays=_holidays(self._plan, start, end) if reason is Reason.OUTSIDE_HOURS else (),
        )

    def _reason(self, instant: dt.datetime) -> tuple[Reason, Hold | None]:
        plan = self._plan
        if any(start <= instant < end for start, end in plan.closures):
            return Reason.CLOSED, None
        pausing = plan.pausing_holds
        hold = _hold_at(pausing, plan, instant)
        if hold is not None:
            return Reason.PAUSED, hold
        if not self._is_counting(instant):
            return Reason.OUTSIDE_HOURS, None
        waiting = _hold_at(_own_waits(plan), plan, instant)
        return (Reason.OWN_WAIT, waiting) if waiting is not None else (Reason.COUNTED, None)

    def _is_counting(self, instant: dt.datetime) -> bool:
        if not _by_calendar(self._plan):
            return not _moved_from(self._plan) <= instant < self._plan.due
        # Stretches come in order, so the windows are walked once.
        while (
            self._next_window < len(self._windows)
            and self._windows[self._next_window][1] <= instant
        ):
            self._next_window += 1
        return (
            self._next_window < len(self._windows)
            and self._windows[self._next_window][0] <= instant
        )

    def _phase(self, start: dt.datetime) -> Phase:
        if self._due is not None and start >= self._due:
            return Phase.OVER
        return Phase.PAST if start < self._reference else Phase.AHEAD


def _by_calendar(plan: Plan) -> bool:
    return plan.target.unit is Unit.BUSINESS


def _moved_from(plan: Plan) -> dt.datetime:
    """Return when an elapsed amount is used up, before the deadline moves to the next opening."""
    if plan.target.unit is not Unit.ELAPSED_TO_OPENING:
        return plan.due
    elapsed = replace(plan.target, unit=Unit.ELAPSED)
    return min(elapsed.due(plan.calendar, plan.start, plan.pauses), plan.due)


def _own_waits(plan: Plan) -> tuple[Hold, ...]:
    """Return the holds worth telling that do not stop the resolve clock."""
    if plan.metric is Metric.RESPOND:
        return ()
    return tuple(hold for hold in plan.holds if hold.party not in plan.promise.pausing)


def _hold_at(holds: tuple[Hold, ...], plan: Plan, instant: dt.datetime) -> Hold | None:
    for hold in holds:
        end = hold.known_end or max(plan.as_of, hold.start)
        if hold.start <= instant < end:
            return hold
    return None


def _holidays(plan: Plan, start: dt.datetime, end: dt.datetime) -> tuple[dt.date, ...]:
    """Return the holidays in a closed stretch that would otherwise have had hours."""
    spec = plan.calendar.spec
    first = start.astimezone(spec.zone).date()
    last = (end.astimezone(spec.zone) - dt.timedelta(microseconds=1)).date()
    return tuple(
        day
        for day in sorted(spec.holidays)
        if first <= day <= last and spec.weekly[day.weekday()] and day not in spec.special_hours
    )


def _joined(segments: list[Segment]) -> tuple[Segment, ...]:
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        if last is not None and _alike(last, segment):
            joined[-1] = replace(
                last,
                end=segment.end,
                amount=last.amount + segment.amount,
                holidays=tuple(sorted({*last.holidays, *segment.holidays})),
            )
        else:
            joined.append(segment)
    return tuple(joined)


def _alike(one: Segment, other: Segment) -> bool:
    return (one.reason, one.phase, one.party, one.detail) == (
        other.reason,
        other.phase,
        other.party,
        other.detail,
    )
