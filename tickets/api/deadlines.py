"""Why the deadlines of a ticket are what they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import InstantField, instant
from calcom_portal.common.api.views import PortalView
from contracts.sla import ClockState, ClockView, LineKind, Metric, Party, Phase, Reason, Segment
from tickets.access import access_ticket
from tickets.api.inputs import DeadlinesQuery
from tickets.api.tickets import READ
from tickets.snapshot import ClockExplanation, explanation_of

SECOND = timedelta(seconds=1)


class LineShape(serializers.Serializer[Any]):
    """A line of the calculation, in words."""

    when = serializers.CharField()
    why = serializers.CharField()
    amount = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in LineKind])


class SegmentShape(serializers.Serializer[Any]):
    """A stretch of time that counted or did not."""

    start = InstantField()
    end = InstantField()
    counted = serializers.BooleanField()
    seconds = serializers.IntegerField(help_text="Whole seconds that counted in it.")
    reason = serializers.ChoiceField([reason.value for reason in Reason])
    phase = serializers.ChoiceField([phase.value for phase in Phase])
    party = serializers.ChoiceField([party.value for party in Party], allow_null=True)
    detail = serializers.CharField()


class ClockShape(serializers.Serializer[Any]):
    """One promise of the ticket."""

    metric = serializers.ChoiceField([metric.value for metric in Metric])
    state = serializers.ChoiceField([state.value for state in ClockState])
    state_label = serializers.CharField(help_text="The state in words.")
    target = serializers.CharField(allow_null=True)
    due_at = InstantField(allow_null=True)
    stopped_at = InstantField(allow_null=True)
    used_seconds = serializers.IntegerField()
    remaining_seconds = serializers.IntegerField(
        allow_null=True, help_text="In the unit of the target; below zero when it is late."
    )
    sentence = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField())
    lines = LineShape(many=True)
    segments = SegmentShape(many=True)


class DeadlinesShape(serializers.Serializer[Any]):
    """Both clocks, and the document that is printed and kept."""

    reference = serializers.CharField()
    as_of = InstantField()
    clocks = ClockShape(many=True)
    document = serializers.DictField(help_text="All of it, exact to the microsecond.")
    document_hash = serializers.CharField(
        help_text="SHA-256 of `document` as JSON with sorted keys, without spaces, in UTF-8."
    )


CLOCK = {
    "metric": "respond",
    "state": "running",
    "state_label": "Running",
    "target": "8 business hours",
    "due_at": "2026-06-16T16:00:00.000000Z",
    "stopped_at": None,
    "used_seconds": 16800,
    "remaining_seconds": 12000,
    "sentence": "3 h 20 m of business time left · due Tue 09:00 PDT",
    "why": ["Tier 2 promises an answer to an emergency within 8 business hours."],
    "lines": [
        {
            "when": "Mon 10:00 to 14:40 PDT",
            "why": "Counted",
            "amount": "4 h 40 m",
            "kind": "counted",
        }
    ],
    "segments": [],
}
EXAMPLE = {
    "reference": "CC-1042",
    "as_of": "2026-06-15T21:40:00.000000Z",
    "clocks": [CLOCK],
    "document": {"version": 1, "ticket": "CC-1042"},
    "document_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


class DeadlinesView(PortalView):
    """The explained deadlines."""

    scopes = {"GET": READ}
    query = DeadlinesQuery

    @extend_schema(
        operation_id="tickets_deadlines",
        summary="Explain the deadlines of a ticket",
        description="Both clocks: what is due when, how that was counted, and in words. The "
        "customer's people and the staff read the same.",
        tags=["tickets"],
        parameters=[DeadlinesQuery],
        responses=DeadlinesShape,
        examples=[OpenApiExample("Running", EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Explain."""
        viewer = viewer_in(request)
        ticket = access_ticket(viewer, reference)
        explained = explanation_of(ticket, self.asked.get("zone", viewer.zone))
        return Response(
            {
                "reference": ticket.reference,
                "as_of": instant(explained.timeline.now),
                "clocks": [_clock(clock) for clock in explained.clocks],
                "document": explained.document,
                "document_hash": explained.document_hash,
            }
        )


def _clock(explained: ClockExplanation) -> dict[str, Any]:
    view: ClockView = explained.view
    return {
        "metric": view.metric.value,
        "state": view.state.value,
        "state_label": view.state.label,
        "target": view.target.words() if view.target is not None else None,
        "due_at": instant(view.due) if view.due else None,
        "stopped_at": instant(view.stopped_at) if view.stopped_at else None,
        "used_seconds": view.used // SECOND,
        "remaining_seconds": None if view.left is None else view.left // SECOND,
        "sentence": explained.sentence,
        "why": list(explained.why),
        "lines": [
            {"when": line.when, "why": line.why, "amount": line.amount, "kind": line.kind.value}
            for line in explained.lines
        ],
        "segments": [_segment(segment) for segment in view.segments],
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "start": instant(segment.start),
        "end": instant(segment.end),
        "counted": segment.counted,
        "seconds": segment.amount // SECOND,
        "reason": segment.reason.value,
        "phase": segment.phase.value,
        "party": segment.party.value if segment.party is not None else None,
        "detail": segment.detail,
    }
