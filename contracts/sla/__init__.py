"""The clock: calendars, targets and the timeline.

Pure: standard library only, and the present time is always passed in.
"""

from contracts.sla.calendar import ServiceCalendar
from contracts.sla.errors import (
    CalendarError,
    CalendarNeverCloses,
    CalendarNeverOpens,
    TermsError,
    TimelineError,
)
from contracts.sla.facts import RESPONSES, Fact, FactKind
from contracts.sla.formatting import duration, full_instant, hours, instant, span, zone_words
from contracts.sla.plans import Hold
from contracts.sla.printout import document, document_hash
from contracts.sla.promises import Promise
from contracts.sla.segments import Phase, Reason, Segment
from contracts.sla.spec import CalendarSpec
from contracts.sla.targets import PAUSING_PARTIES, Metric, Party, Priority, Target, Unit
from contracts.sla.timeline import ClockState, ClockView, Timeline, timeline
from contracts.sla.words import Line, LineKind, explain, sentence, why

__all__ = [
    "PAUSING_PARTIES",
    "RESPONSES",
    "CalendarError",
    "CalendarNeverCloses",
    "CalendarNeverOpens",
    "CalendarSpec",
    "ClockState",
    "ClockView",
    "Fact",
    "FactKind",
    "Hold",
    "Line",
    "LineKind",
    "Metric",
    "Party",
    "Phase",
    "Priority",
    "Promise",
    "Reason",
    "Segment",
    "ServiceCalendar",
    "Target",
    "TermsError",
    "Timeline",
    "TimelineError",
    "Unit",
    "document",
    "document_hash",
    "duration",
    "explain",
    "full_instant",
    "hours",
    "instant",
    "sentence",
    "span",
    "timeline",
    "why",
    "zone_words",
]
