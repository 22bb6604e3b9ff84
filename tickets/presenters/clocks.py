"""A clock as people read it: state, time left, bar, and the answer to "why this time?"."""

from __future__ import annotations

import json
import zoneinfo
from datetime import datetime, timedelta, tzinfo

from calcom_portal.common.parts import Bar, SlaState, TimeLeft, Why, WhyLine
from calcom_portal.common.segbar import lay_out_bar
from calcom_portal.common.timewords import spell_instant, spell_span
from contracts.sla import (
    ClockState,
    ClockView,
    Line,
    LineKind,
    Metric,
    ServiceCalendar,
    Target,
    Unit,
    explain,
    why,
)

# A promise is near its end when three quarters of its time are used.
SOON_SHARE = 75
HORIZON = timedelta(days=8)
METRIC_WORDS = {Metric.RESPOND: "Respond", Metric.RESOLVE: "Resolve"}
KINDS = {
    LineKind.COUNTED: "past",
    LineKind.AHEAD: "ahead",
    LineKind.OFF: "off",
    LineKind.OVER: "over",
}


def state_of(left: timedelta, target: Target | None) -> SlaState:
    """Return how a running clock stands with `left` (signed) of its target."""
    if left < timedelta():
        return SlaState.LATE
    if target is not None and left <= target.amount * (100 - SOON_SHARE) / 100:
        return SlaState.SOON
    return SlaState.OK


def windows_ahead(calendar: ServiceCalendar, unit: Unit, now: datetime) -> str:
    """Return the open windows of the next days as JSON, in epoch seconds, for clock.js."""
    if unit is not Unit.BUSINESS:
        return f"[[{int(now.timestamp())},{int((now + HORIZON).timestamp())}]]"
    windows = calendar.windows(now, now + HORIZON)
    return json.dumps(
        [[int(start.timestamp()), int(end.timestamp())] for start, end in windows],
        separators=(",", ":"),
    )


def clock_state(view: ClockView) -> SlaState:
    """Return one of the four states for a clock that is still open."""
    if view.state is ClockState.LATE:
        return SlaState.LATE
    if view.state in (ClockState.RUNNING, ClockState.WAITING) and view.left is not None:
        return state_of(view.left, view.target)
    return SlaState.IDLE


def time_left(view: ClockView, zone: tzinfo) -> TimeLeft:
    """Return what is left of an open clock, and the instant of its deadline."""
    state = clock_state(view)
    left, unit = view.left or timedelta(), view.target.unit if view.target else Unit.BUSINESS
    is_counting = view.state in (ClockState.RUNNING, ClockState.WAITING, ClockState.LATE)
    return TimeLeft(
        state=state,
        left=f"{spell_span(left)} over" if state is SlaState.LATE else spell_span(left),
        due=view.due if is_counting else None,
        left_seconds=int(left.total_seconds()),
        at=int(view.now.timestamp()),
        windows=windows_ahead(view.calendar, unit, view.now) if is_counting else "",
        resumes=_resumes(view),
        has_started=view.now > view.counts_from,
        unit="business time" if unit is Unit.BUSINESS else "time",
        note=_note(view, zone),
        contract_due=_in_contract_zone(view, zone),
    )


def _resumes(view: ClockView) -> datetime | None:
    if view.state is not ClockState.WAITING:
        return None
    return max(view.counts_from, view.calendar.next_opening(view.now))


def _note(view: ClockView, zone: tzinfo) -> str:
    if view.state is not ClockState.PAUSED:
        return ""
    until = view.hold.known_end if view.hold is not None else None
    if view.due is None or until is None:
        return "kept while paused; the deadline moves on until counting resumes"
    due, resumes = (spell_instant(at, now=view.now, zone=zone) for at in (view.due, until))
    return f"kept while paused · counting resumes {resumes} · due {due} then"


def _in_contract_zone(view: ClockView, zone: tzinfo) -> str:
    """Return the deadline on the contract's wall clock where the reader's shows another time."""
    if view.due is None:
        return ""
    own, theirs = view.due.astimezone(zone), view.due.astimezone(view.calendar.zone)
    if own.utcoffset() == theirs.utcoffset():
        return ""
    return spell_instant(view.due, now=view.now, zone=zoneinfo.ZoneInfo(view.calendar.tz))


def bar_of(view: ClockView, zone: tzinfo) -> Bar | None:
    """Return the bar of a clock, or None where there is nothing to draw."""
    if view.due is None or not view.segments:
        return None
    end = view.stopped_at or view.now
    stretches = [(segment.start, segment.end, segment.counted) for segment in view.segments]
    return lay_out_bar(stretches, state=clock_state(view), now=end, due=view.due, zone=zone)


def why_of(view: ClockView, zone: tzinfo) -> Why:
    """Return the explanation, word for word the same for customers and staff."""
    lines = explain(view, zone)
    total = next((line for line in lines if line.kind is LineKind.SUM), None)
    return Why(
        sentence=" ".join(why(view, zone)),
        lines=[_why_line(line) for line in lines if line.kind is not LineKind.SUM],
        sum_label=total.when if total else "",
        sum_amount=total.amount if total else "",
    )


def _why_line(line: Line) -> WhyLine:
    return WhyLine(KINDS[line.kind], line.when, line.why, line.amount)
