"""The printable explanation of a ticket's clocks as canonical data, and its hash."""

import datetime as dt
import hashlib
import json

from contracts.sla.segments import Segment
from contracts.sla.timeline import ClockView, Timeline
from contracts.sla.words import explain, sentence, why


def document(reference: str, timeline: Timeline, zone: dt.tzinfo | str) -> dict[str, object]:
    """Return all that a printed explanation says, exact to the microsecond, as plain JSON data."""
    return {
        "version": 1,
        "ticket": reference,
        "as_of": _instant(timeline.now),
        "opened_at": _instant(timeline.opened_at),
        "priority": timeline.priority.value,
        "promise_id": timeline.promise_id,
        "promise": timeline.promise.to_dict(),
        "calendar_id": timeline.calendar_id,
        "calendar": timeline.calendar.to_dict(),
        "clocks": [_clock(clock, zone) for clock in timeline.clocks],
    }


def document_hash(content: dict[str, object]) -> str:
    """Return the SHA-256 of the canonical JSON of a document."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _clock(view: ClockView, zone: dt.tzinfo | str) -> dict[str, object]:
    return {
        "metric": view.metric.value,
        "state": view.state.value,
        "target": view.target.to_dict() if view.target is not None else None,
        "started_at": _instant(view.started_at),
        "due": _instant(view.due),
        "stopped_at": _instant(view.stopped_at),
        "used_microseconds": view.used // dt.timedelta(microseconds=1),
        "left_microseconds": (
            None if view.left is None else view.left // dt.timedelta(microseconds=1)
        ),
        "summary": sentence(view, zone),
        "why": list(why(view, zone)),
        "lines": [[line.when, line.why, line.amount] for line in explain(view, zone)],
        "segments": [_segment(segment) for segment in view.segments],
        "rungs": [[share, _instant(at)] for share, at in view.rungs],
    }


def _segment(segment: Segment) -> dict[str, object]:
    return {
        "from": _instant(segment.start),
        "to": _instant(segment.end),
        "counted": segment.counted,
        "reason": segment.reason.value,
        "party": segment.party.value if segment.party is not None else None,
        "detail": segment.detail,
        "phase": segment.phase.value,
    }


def _instant(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds") if at is not None else None
