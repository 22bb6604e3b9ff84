"""What calls about tickets may carry."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from calcom_portal.common.api.fields import (
    MISSING,
    ChoiceField,
    FlagField,
    IdField,
    InstantField,
    LineField,
    QueryFlagField,
    QueryIdField,
    TextField,
    ZoneField,
)
from calcom_portal.common.api.keysets import PageQuery
from calcom_portal.common.api.serializers import StrictSerializer
from contracts.sla import Party, Priority
from tickets.models import Kind
from tickets.models.labour import LOGGED_WORKS
from tickets.states import State
from tickets.text import TEXT_LIMIT
from tickets.triage import Handset, HowMany, Reachable

PRIORITIES = [priority.value for priority in Priority]
SUBJECT_LIMIT, REASON_LIMIT = 200, 240


LOGGED = [value for value, _ in LOGGED_WORKS]


class MinutesField(serializers.IntegerField):
    """Whole minutes, at most a day."""

    default_error_messages = MISSING | {"invalid": "Write whole minutes from 1 to 1440."}

    def to_internal_value(self, data: Any) -> int:
        """Return the minutes. True is no number here."""
        if type(data) is not int or not 1 <= data <= 1440:
            self.fail("invalid")
        return int(data)


class AnswersInput(StrictSerializer):
    """The questions from which the agreement tells an emergency from a minor problem."""

    handset = ChoiceField([item.value for item in Handset], required=False)
    how_many = ChoiceField([item.value for item in HowMany], required=False)
    reachable = ChoiceField([item.value for item in Reachable], required=False)


class TicketInput(StrictSerializer):
    """A new ticket."""

    subject = LineField(max_length=SUBJECT_LIMIT)
    text = TextField(max_length=TEXT_LIMIT, help_text="Markdown.")
    kind = ChoiceField(Kind.values, default=Kind.PROBLEM.value)
    customer = IdField(
        required=False, help_text="Staff must give it; a customer's people leave it out."
    )
    reporter = IdField(
        required=False, help_text="For staff: who reported it. Yourself, unless given."
    )
    site = IdField(required=False, allow_null=True)
    device = IdField(required=False, allow_null=True)
    answers = AnswersInput(required=False, help_text="They decide the priority.")
    priority = ChoiceField(
        PRIORITIES, required=False, help_text="For staff: instead of what the answers say."
    )
    priority_reason = LineField(
        max_length=REASON_LIMIT, required=False, help_text="Needed with `priority`."
    )
    wanted_from = InstantField(
        required=False, help_text="When the work is wished for, in business hours."
    )
    wanted_to = InstantField(required=False)


class TextInput(StrictSerializer):
    """A text in markdown."""

    text = TextField(max_length=TEXT_LIMIT)


class WaiverInput(StrictSerializer):
    """Why something that is missing may be missing for good."""

    demand = LineField(max_length=40, help_text="Its key, as the refusal (409) names it.")
    reason = LineField(max_length=500, help_text="The customer reads it with your name.")


class EndInput(StrictSerializer):
    """What is done without."""

    waivers = WaiverInput(many=True, required=False)


class ResolveInput(EndInput):
    """What was done, in markdown, and what is done without."""

    text = TextField(max_length=TEXT_LIMIT)


class AssignInput(StrictSerializer):
    """To whom the ticket goes."""

    technician = IdField(
        allow_null=True, help_text="A membership; null gives it back to the queue."
    )


class HoldInput(StrictSerializer):
    """Whom the ticket waits for, why, and until when."""

    party = ChoiceField([party.value for party in Party])
    reason = LineField(max_length=REASON_LIMIT)
    until = InstantField(required=False, allow_null=True, help_text="The hold ends by itself then.")


class PriorityInput(StrictSerializer):
    """A new priority; lowering it needs a reason, which the customer is told."""

    priority = ChoiceField(PRIORITIES)
    reason = LineField(max_length=REASON_LIMIT, required=False, default="", allow_blank=True)


class MergeInput(StrictSerializer):
    """The ticket that goes on instead, and why."""

    into = LineField(max_length=24, help_text="A reference, such as CC-1040.")
    reason = LineField(max_length=REASON_LIMIT)


class ScheduleInput(StrictSerializer):
    """When it will be done."""

    start = InstantField()
    end = InstantField()


class WatcherInput(StrictSerializer):
    """Who gets copies."""

    person = IdField(required=False, help_text="A membership. Yourself, unless given.")


class TicketQuery(PageQuery):
    """Which tickets are wanted."""

    state = ChoiceField([state.value for state in State], required=False)
    priority = ChoiceField(PRIORITIES, required=False)
    kind = ChoiceField(Kind.values, required=False)
    customer = QueryIdField(required=False)
    device = QueryIdField(required=False)
    assignee = QueryIdField(required=False, help_text="A membership, as in `/me`.")
    late = QueryFlagField(
        required=False, help_text="true: a deadline is being missed now. false: none is."
    )
    opened_after = InstantField(required=False)
    opened_before = InstantField(required=False)
    updated_after = InstantField(required=False)
    ordering = ChoiceField(
        ["-opened", "opened", "-updated", "updated", "deadline"],
        default="-opened",
        help_text="`deadline`: what is due next comes first.",
    )


class DeadlinesQuery(StrictSerializer):
    """In which zone the words are."""

    zone = ZoneField(required=False, help_text="IANA name; your own zone unless given.")


class LabourInput(StrictSerializer):
    """Work that was done."""

    work = ChoiceField(LOGGED)
    started_at = InstantField()
    ended_at = InstantField(required=False, help_text="This, or `minutes`.")
    minutes = MinutesField(required=False)
    device = IdField(required=False, allow_null=True)
    is_foreign = FlagField(default=False, help_text="On equipment that is on no list.")
    trip = FlagField(default=False, help_text="A trip to the site was made for it.")
    note = LineField(
        max_length=500, required=False, default="", allow_blank=True, help_text="Customers read it."
    )
    overlap_ok = FlagField(default=False)


class CoverQuery(StrictSerializer):
    """Of what one wants to know who pays."""

    customer = QueryIdField(required=False, help_text="Staff must give it.")
    site = QueryIdField(required=False)
    device = QueryIdField(required=False)
    in_hours = QueryFlagField(default=True, help_text="Within business hours, or outside.")


class StatementQuery(PageQuery):
    """Which statements are wanted."""

    customer = QueryIdField(required=False)
