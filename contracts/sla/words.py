"""The clock explained in plain British English: the same text for customers and for staff."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from contracts.sla.formatting import (
    clock_time,
    date,
    duration,
    full_instant,
    hours,
    instant,
    span,
    zone_of,
)
from contracts.sla.segments import Phase, Reason, Segment
from contracts.sla.targets import Metric, Party, Priority, Target, Unit
from contracts.sla.timeline import ClockState, ClockView

PARTY_WORDS: Mapping[Party, str] = {
    Party.CUSTOMER: "the customer",
    Party.CARRIER: "the telephone company",
    Party.VENDOR: "the manufacturer",
    Party.SITE_ACCESS: "access to the site",
    Party.AGREED_VISIT: "the agreed visit",
    Party.OWN_PART: "our own part",
    Party.OWN_STAFF: "our own staff",
}
PRIORITY_WORDS: Mapping[Priority, str] = {
    Priority.EMERGENCY: "an emergency",
    Priority.MINOR: "a minor problem",
}
_PROMISED: Mapping[Metric, str] = {Metric.RESPOND: "an answer to", Metric.RESOLVE: "a fix for"}


class LineKind(StrEnum):
    """How a line of the explanation is drawn."""

    COUNTED = "counted"
    AHEAD = "ahead"
    OFF = "off"
    OVER = "over"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of "Why this time?": when, why, and how much of it counted."""

    when: str
    why: str
    amount: str
    kind: LineKind


def explain(view: ClockView, zone: dt.tzinfo | str) -> tuple[Line, ...]:
    """Return the segments in words, and the deadline as the last line; nothing when none is due."""
    if view.target is None:
        return ()
    rows = _rows(view.segments)
    lines = [_line(view, rows, index, zone) for index in range(len(rows))]
    if view.due is None:
        return tuple(lines)
    promised = sum(
        (row.amount for row, _ in rows if row.phase is not Phase.OVER), start=dt.timedelta()
    )
    at_due = next((i for i, (row, _) in enumerate(rows) if row.phase is Phase.OVER), len(lines))
    due = Line(
        f"Due {full_instant(view.due, zone, view.now)}",
        "",
        duration(promised, exact=True),
        LineKind.SUM,
    )
    return (*lines[:at_due], due, *lines[at_due:])


Row = tuple[Segment, tuple[Segment, ...]]
"""A segment to show, and the waits for ourselves inside it that counted all the same."""


def _rows(segments: tuple[Segment, ...]) -> list[Row]:
    """Join counted neighbours, and all that lies past the deadline."""
    rows: list[Row] = []
    for segment in segments:
        waits = (segment,) if segment.reason is Reason.OWN_WAIT else ()
        if rows and _one_row(rows[-1][0], segment):
            last, earlier = rows[-1]
            longer = replace(
                last,
                end=segment.end,
                amount=last.amount + segment.amount,
                holidays=tuple(sorted({*last.holidays, *segment.holidays})),
            )
            rows[-1] = (longer, earlier + waits)
        else:
            rows.append((segment, waits))
    return rows


def _one_row(one: Segment, other: Segment) -> bool:
    if Phase.OVER in (one.phase, other.phase):
        return one.phase is other.phase
    if one.counted or other.counted:
        return one.phase is other.phase and one.counted and other.counted
    return (one.reason, one.party, one.detail) == (other.reason, other.party, other.detail)


def _line(view: ClockView, rows: list[Row], index: int, zone: dt.tzinfo | str) -> Line:
    segment, waits = rows[index]
    when = span(segment.start, segment.end, zone, view.now)
    amount = duration(segment.amount, exact=True)
    if segment.phase is Phase.OVER:
        return Line(when, _over(view), amount, LineKind.OVER)
    if not segment.counted:
        return Line(when, _off(view, segment), amount, LineKind.OFF)
    notes = "".join(_wait_note(view, segment, wait, zone) for wait in waits)
    if segment.phase is Phase.PAST:
        used = "Counted, used so far." if view.stopped_at is None else "Counted."
        return Line(when, used + notes, amount, LineKind.COUNTED)
    if view.stopped_at is not None:
        return Line(when, "Left over, no longer needed.", amount, LineKind.AHEAD)
    following = rows[index + 1][0] if index + 1 < len(rows) else None
    return Line(when, f"Will count, {_until(view, following)}.{notes}", amount, LineKind.AHEAD)


def _until(view: ClockView, following: Segment | None) -> str:
    if following is None or following.phase is Phase.OVER:
        return "then the time is used up"
    if following.reason is Reason.PAUSED:
        return "until the pause"
    by_calendar = view.target is not None and view.target.unit is Unit.BUSINESS
    return "open until closing" if by_calendar else "then the time is used up"


def _wait_note(view: ClockView, row: Segment, wait: Segment, zone: dt.tzinfo | str) -> str:
    if wait.party is None:
        return ""
    edges = [at.astimezone(zone_of(zone)) for at in (wait.start, wait.end, row.start, row.end)]
    if len({edge.date() for edge in edges}) == 1:
        when = f"{clock_time(edges[0])} to {clock_time(edges[1])}"
    else:
        when = span(wait.start, wait.end, zone, view.now)
    return f" Waiting for {PARTY_WORDS[wait.party]}, {when}, is counted too."


def _over(view: ClockView) -> str:
    still = "and still open" if view.stopped_at is None else "until it was done"
    return f"Late: past the deadline {still}."


def _off(view: ClockView, segment: Segment) -> str:
    if segment.reason is Reason.CLOSED:
        return "Not counting, the ticket was closed."
    if segment.reason is Reason.PAUSED:
        party = PARTY_WORDS[segment.party] if segment.party is not None else "somebody else"
        reason = f": {segment.detail}" if segment.detail else ""
        return f"Not counting, paused while waiting for {party}{reason}."
    if view.target is not None and view.target.unit is Unit.ELAPSED_TO_OPENING:
        return "Not counting, moved to the next opening."
    days = [date(day, view.now) for day in segment.holidays]
    closed = f", with the holiday on {' and '.join(days)}" if days else ""
    return f"Not counting, outside business hours{closed}."


def why(view: ClockView, zone: dt.tzinfo | str) -> tuple[str, ...]:
    """Return the sentences above the list: what is promised, which hours, what moved the clock."""
    if view.target is None:
        return (_nothing_promised(view),)
    sentences = [_promise_words(view, view.target)]
    if view.target.unit is not Unit.ELAPSED:
        sentences.append(f"Business hours are {hours(view.calendar)}.")
    if view.counts_from > view.started_at:
        verb = "starts" if view.counts_from > view.now else "started"
        sentences.append(
            f"It came in outside business hours: counting {verb}"
            f" {instant(view.counts_from, zone, view.now)}."
        )
    sentences.append(_pause_words(view, zone))
    if view.taken_over:
        sentences.append("The deadline is that of a report that was merged into this one.")
    return tuple(sentences)


def _promise_words(view: ClockView, target: Target) -> str:
    who = view.promise.label or "The contract"
    promised = f"{_PROMISED[view.metric]} {PRIORITY_WORDS[view.priority]}"
    return f"{who} promises {promised} within {target.words()}."


def _nothing_promised(view: ClockView) -> str:
    reason = view.promise.none_reason
    if reason:
        return f"No response promise: {reason.rstrip('.')}."
    kind = "response promise" if view.metric is Metric.RESPOND else "promised time for a fix"
    who = view.promise.label or "the contract"
    return f"No {kind}: {who} names none for {PRIORITY_WORDS[view.priority]}."


def _pause_words(view: ClockView, zone: dt.tzinfo | str) -> str:
    if view.metric is Metric.RESPOND:
        return "Nothing pauses this clock."
    if view.state is ClockState.PAUSED and view.hold is not None:
        since = instant(view.hold.start, zone, view.now)
        return f"The clock is paused since {since}, waiting for {PARTY_WORDS[view.hold.party]}."
    paused = any(segment.reason is Reason.PAUSED for segment in view.segments)
    return "The clock was paused, see below." if paused else "Nothing has paused the clock."


def sentence(view: ClockView, zone: dt.tzinfo | str) -> str:
    """Return the one line of the clock: "3 h 20 m of business time left · due Tue 09:00 PDT"."""
    return _SENTENCES[view.state](view, zone_of(zone))


def _left(view: ClockView) -> str:
    business = view.target is not None and view.target.unit is Unit.BUSINESS
    return duration(view.left or dt.timedelta()) + (" of business time" if business else "")


def _due(view: ClockView, zone: dt.tzinfo) -> str:
    return f"due {instant(view.due, zone, view.now)}" if view.due is not None else "not due yet"


def _running(view: ClockView, zone: dt.tzinfo) -> str:
    return f"{_left(view)} left · {_due(view, zone)}"


def _waiting(view: ClockView, zone: dt.tzinfo) -> str:
    opening = view.calendar.next_opening(view.now)
    verb = "starts" if view.counts_from > view.now else "resumes"
    return f"{_running(view, zone)} · counting {verb} {instant(opening, zone, view.now)}"


def _paused(view: ClockView, zone: dt.tzinfo) -> str:
    party = PARTY_WORDS[view.hold.party] if view.hold is not None else "somebody else"
    until = view.hold.known_end if view.hold is not None else None
    resumes = f" · counting resumes {instant(until, zone, view.now)}" if until is not None else ""
    due = f" · {_due(view, zone)}" if view.due is not None else ""
    return f"Paused, waiting for {party} · {_left(view)} left{due}{resumes}"


def _late(view: ClockView, zone: dt.tzinfo) -> str:
    return f"Late by {_left(view)} · was {_due(view, zone)}"


def _done(view: ClockView, zone: dt.tzinfo) -> str:
    verb = "Responded" if view.metric is Metric.RESPOND else "Fixed"
    target = f"target {view.target.words()}" if view.target is not None else "no target"
    margin = "" if view.state is ClockState.MET else ", missed"
    took = f"in {duration(view.used)}" if view.used else "before the clock started to count"
    return f"{verb} {took}, {target}{margin}"


def _merged(view: ClockView, zone: dt.tzinfo) -> str:
    into = f" into {view.merged_into}" if view.merged_into else ""
    return f"Merged{into}, not judged"


def _ended(view: ClockView, zone: dt.tzinfo) -> str:
    return view.state.label.capitalize()


def _none(view: ClockView, zone: dt.tzinfo) -> str:
    return _nothing_promised(view)


_SENTENCES = {
    ClockState.NONE: _none,
    ClockState.WAITING: _waiting,
    ClockState.RUNNING: _running,
    ClockState.PAUSED: _paused,
    ClockState.LATE: _late,
    ClockState.MET: _done,
    ClockState.MISSED: _done,
    ClockState.MERGED: _merged,
    ClockState.ENDED: _ended,
}
