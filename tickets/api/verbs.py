"""What can be done to a ticket, as one table: POST /tickets/{reference}/actions/{verb}."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.api_once import answered_once
from accounts.submissions import Answer
from accounts.viewer import Viewer
from calcom_portal.common.api.describing import extend_post
from calcom_portal.common.api.schema import IDEMPOTENCY_KEY, IF_MATCH
from calcom_portal.common.api.serializers import NoFields, StrictSerializer, read
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.errors import BadInput, Missing
from contracts.sla import Party, Priority
from tickets.actions import (
    approve_change,
    assign_ticket,
    change_priority,
    claim_ticket,
    close_ticket,
    hold_ticket,
    merge_tickets,
    reopen_ticket,
    resolve_ticket,
    resume_ticket,
    schedule_ticket,
    unmerge_ticket,
    unwatch_ticket,
    watch_ticket,
)
from tickets.api.inputs import (
    AssignInput,
    EndInput,
    HoldInput,
    MergeInput,
    PriorityInput,
    ResolveInput,
    ScheduleInput,
    TextInput,
    WatcherInput,
)
from tickets.api.once import seen_ticket
from tickets.api.shapes import TICKET, TicketShape, shown_ticket
from tickets.api.tickets import WRITE
from tickets.models import Ticket

Values = dict[str, Any]


def _nothing_else(viewer: Viewer, reference: str, values: Values) -> Ticket | None:
    return None


@dataclass(frozen=True, slots=True)
class Verb:
    """One action: what it takes, what it does, and what to say about it.

    `other` finds the second ticket that the action locks, if there is one.
    """

    name: str
    summary: str
    description: str
    act: Callable[[Ticket, Ticket | None, Values, Viewer], Ticket]
    takes: type[StrictSerializer] = NoFields
    example: Values = field(default_factory=dict)
    other: Callable[[Viewer, str, Values], Ticket | None] = _nothing_else


def _target(viewer: Viewer, reference: str, values: Values) -> Ticket:
    try:
        return shown_ticket(viewer, values["into"])
    except Missing as error:
        raise BadInput(
            error.message, field="into", remedy="Give the reference of the other report."
        ) from error


def _merged_into(viewer: Viewer, reference: str, values: Values) -> Ticket | None:
    target: Ticket | None = shown_ticket(viewer, reference).merged_into
    return target


def _merge(ticket: Ticket, other: Ticket | None, values: Values, actor: Viewer) -> Ticket:
    if other is None:
        raise LookupError("A merge has a target.")
    merge_tickets(child=ticket, target=other, reason=values["reason"], actor=actor)
    return ticket


def _watch(ticket: Ticket, _: Ticket | None, values: Values, actor: Viewer) -> Ticket:
    watch_ticket(ticket=ticket, membership_id=_watcher(values, actor), actor=actor)
    return ticket


def _unwatch(ticket: Ticket, _: Ticket | None, values: Values, actor: Viewer) -> Ticket:
    unwatch_ticket(ticket=ticket, membership_id=_watcher(values, actor), actor=actor)
    return ticket


def _waivers(values: Values) -> dict[str, str]:
    return {waiver["demand"]: waiver["reason"] for waiver in values.get("waivers", ())}


def _watcher(values: Values, actor: Viewer) -> int:
    return int(values.get("person") or actor.membership_id or 0)


VERBS = (
    Verb(
        "claim",
        "Take a ticket that nobody has",
        "Exactly one technician gets it; others get 409, which names who has it.",
        lambda ticket, _, values, actor: claim_ticket(ticket=ticket, actor=actor),
    ),
    Verb(
        "assign",
        "Give a ticket to a technician",
        "For dispatchers. null gives it back to the queue.",
        lambda ticket, _, values, actor: assign_ticket(
            ticket=ticket, technician_id=values["technician"], actor=actor
        ),
        AssignInput,
        {"technician": 7},
    ),
    Verb(
        "hold",
        "Wait for somebody",
        "The resolve clock stops when the terms say so for this party; the response clock runs on.",
        lambda ticket, _, values, actor: hold_ticket(
            ticket=ticket,
            party=Party(values["party"]),
            reason=values["reason"],
            until=values.get("until"),
            actor=actor,
        ),
        HoldInput,
        {"party": "carrier", "reason": "The carrier checks the line.", "until": None},
    ),
    Verb(
        "resume",
        "End a hold",
        "A paused clock counts again.",
        lambda ticket, _, values, actor: resume_ticket(ticket=ticket, actor=actor),
    ),
    Verb(
        "priority",
        "Change the priority",
        "Both clocks are counted again from the opening. Lowering it needs a reason.",
        lambda ticket, _, values, actor: change_priority(
            ticket=ticket,
            priority=Priority(values["priority"]),
            reason=values["reason"],
            actor=actor,
        ),
        PriorityInput,
        {"priority": "minor", "reason": "Only one phone is affected."},
    ),
    Verb(
        "resolve",
        "Resolve",
        "With a public word on what was done, which is a response too. Seals the verdict. 409 names"
        " what has to be there before, such as a fresh backup (clause BACKUP): `waivers` give the"
        " reasons for doing without.",
        lambda ticket, _, values, actor: resolve_ticket(
            ticket=ticket, text=values["text"], waivers=_waivers(values), actor=actor
        ),
        ResolveInput,
        {"text": "The trunk is registered again."},
    ),
    Verb(
        "close",
        "Close",
        "The end of a ticket. One that was not resolved asks for what `resolve` does, if work was"
        " logged.",
        lambda ticket, _, values, actor: close_ticket(
            ticket=ticket, waivers=_waivers(values), actor=actor
        ),
        EndInput,
    ),
    Verb(
        "reopen",
        "Reopen",
        "The same clocks continue. Later than the provider's number of days a new ticket is opened "
        "instead, with `continues`: the answer is that one.",
        lambda ticket, _, values, actor: reopen_ticket(
            ticket=ticket, text=values["text"], actor=actor
        ),
        TextInput,
        {"text": "It happened again."},
    ),
    Verb(
        "merge",
        "Merge into another ticket",
        "Of the same customer. The other one keeps the earlier opening and the stricter deadline.",
        _merge,
        MergeInput,
        {"into": "CC-1040", "reason": "The same outage."},
        _target,
    ),
    Verb(
        "unmerge",
        "Undo a merge",
        "Both tickets go on as if it had never been.",
        lambda ticket, _, values, actor: unmerge_ticket(child=ticket, actor=actor),
        other=_merged_into,
    ),
    Verb(
        "schedule",
        "Agree on a time",
        "Programming changes fit into business hours only (clause PROGRAM).",
        lambda ticket, _, values, actor: schedule_ticket(
            ticket=ticket, start=values["start"], end=values["end"], actor=actor
        ),
        ScheduleInput,
        {"start": "2026-06-16T09:00:00-07:00", "end": "2026-06-16T10:00:00-07:00"},
    ),
    Verb(
        "approve",
        "Approve a change",
        "For a customer's people who are named as authorised for changes; then it can be scheduled."
        " Approving again changes nothing.",
        lambda ticket, _, values, actor: approve_change(ticket=ticket, actor=actor),
    ),
    Verb(
        "watch",
        "Send copies to somebody",
        "To yourself, or to a colleague of the ticket's customer; staff may add one of the staff. "
        "Adding somebody twice changes nothing.",
        _watch,
        WatcherInput,
        {"person": 12},
    ),
    Verb(
        "unwatch",
        "Send no more copies to somebody",
        "To yourself, or to somebody who gets them. Customers take off their colleagues only.",
        _unwatch,
        WatcherInput,
        {"person": 12},
    ),
)


class VerbView(PortalView):
    """Does one of them."""

    scopes = {"POST": WRITE}
    verb: Verb

    def post(self, request: Request, reference: str) -> Response:
        """Act, and answer with the ticket as it is then."""
        verb, viewer = self.verb, viewer_in(request)
        values = read(verb.takes, request.data)

        def act() -> Answer:
            # First, so that an unknown address is 404 whatever the body names.
            shown_ticket(viewer, reference)
            other = verb.other(viewer, reference, values)
            ticket = seen_ticket(request, reference, other)
            done = verb.act(ticket, other, values, viewer)
            return Answer(200, TicketShape(shown_ticket(viewer, done.reference)).data)

        return answered_once(request, act)


def view_of(verb: Verb) -> type[VerbView]:
    """Return the view of one verb, with its place in the schema."""
    examples = [
        OpenApiExample("The ticket afterwards", TICKET, response_only=True),
        OpenApiExample(verb.summary, verb.example, request_only=True),
    ]
    view = type(f"{verb.name.title()}View", (VerbView,), {"verb": verb})
    return extend_post(
        operation_id=f"tickets_{verb.name}",
        summary=verb.summary,
        description=verb.description,
        tags=["actions"],
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=verb.takes,
        responses=TicketShape,
        examples=examples,
    )(view)
