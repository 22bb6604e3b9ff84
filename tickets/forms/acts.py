"""What each act on a ticket asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms

from accounts.capabilities import STAFF_ROLES
from accounts.models import Membership
from calcom_portal.common.fields import LineField, SubmissionField, TextField, needed_at_times
from calcom_portal.common.layouts import laid_out
from contracts.sla import Party, Priority
from tickets.forms.choices import offer
from tickets.forms.files import FilesField
from tickets.forms.moments import MomentField
from tickets.gates import Demand, demands_of
from tickets.models import Ticket
from tickets.people import seeing
from tickets.presenters.words import PRIORITY_NAMES
from tickets.states import Move, State

PARTIES = {
    Party.CUSTOMER: "The customer",
    Party.CARRIER: "The telephone company",
    Party.VENDOR: "The manufacturer",
    Party.SITE_ACCESS: "Access to the site",
    Party.AGREED_VISIT: "The agreed visit",
    Party.OWN_PART: "Our own part (the clock runs on)",
    Party.OWN_STAFF: "Our own staff (the clock runs on)",
}
NOT_OFFERED = "Choose one from the list."
WORDS_MISSING = "Write a few words."
REASON_LIMIT = 500


class ActForm(forms.Form):
    """A form about one ticket."""

    def __init__(self, *arguments: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ticket = ticket


class OnceForm(ActForm):
    """Asks for something that could be done twice: sent again, it is not."""

    submission = SubmissionField(required=False)


class NothingForm(ActForm):
    """Nothing to fill in: the act itself is the answer."""


class EndingForm(OnceForm):
    """Ends the work: asks for a reason for each thing that the gates miss."""

    move: ClassVar[Move]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.demands = demands_of(self.ticket, self.move)
        for demand in self.demands:
            # The page shows the question beside its demand, before the form.
            widget = forms.TextInput(attrs={"form": "act-form"})
            self.fields[demand.key] = LineField(
                label=demand.reason_label,
                max_length=REASON_LIMIT,
                needed_at_times=True,
                help_text="The customer reads this with your name.",
                widget=widget,
            )

    @property
    def asked(self) -> list[tuple[Demand, forms.BoundField]]:
        """Return each demand with its question."""
        return [(demand, self[demand.key]) for demand in self.demands]

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where something is missing; put the reasons together."""
        values = super().clean() or {}
        given = {demand.key: values.pop(demand.key, "") for demand in self.demands}
        for demand in self.demands:
            if not given[demand.key] and demand.key not in self.errors:
                self.add_error(
                    demand.key, f"{demand.words} See to it first, or say why it is left out."
                )
        values["waivers"] = given
        return values


class HoldForm(OnceForm):
    """Whom we wait for, why, and until when."""

    party = forms.ChoiceField(
        label="Waiting for",
        choices=[(party.value, label) for party, label in PARTIES.items()],
        error_messages={"invalid_choice": NOT_OFFERED, "required": NOT_OFFERED},
    )
    reason = LineField(
        label="Why",
        max_length=240,
        help_text="The customer reads this.",
        error_messages={"required": "Say what we wait for; the customer reads it."},
    )
    until = MomentField(
        label="Until",
        required=False,
        help_text="The hold ends by itself then. Leave it empty when nobody knows.",
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.ticket.state == State.HELD:
            self.initial.setdefault("party", self.ticket.hold_party)
            self.initial.setdefault("reason", self.ticket.hold_reason)
            self.initial.setdefault("until", self.ticket.wake_at)


class PriorityForm(ActForm):
    """The other priority, and why."""

    priority = forms.ChoiceField(
        label="Priority",
        choices=[(priority.value, name) for priority, name in PRIORITY_NAMES.items()],
        error_messages={"invalid_choice": NOT_OFFERED, "required": NOT_OFFERED},
    )
    reason = LineField(
        label="Why",
        max_length=240,
        needed_at_times=True,
        help_text="Needed when the priority is lowered: the customer is told.",
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        is_emergency = self.ticket.priority == Priority.EMERGENCY
        other = Priority.MINOR if is_emergency else Priority.EMERGENCY
        self.initial.setdefault("priority", other.value)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason when lowering."""
        values = super().clean() or {}
        if values.get("priority") == Priority.MINOR and not values.get("reason"):
            self.add_error("reason", "Say why it is lowered; the customer is told.")
        return values


class AssignForm(ActForm):
    """Who takes it."""

    technician = needed_at_times(
        forms.ChoiceField(
            label="Give it to",
            error_messages={"invalid_choice": "Choose one of your colleagues."},
        )
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        staff = Membership.objects.filter(
            customer_id__isnull=True, is_active=True, role__in=[role.value for role in STAFF_ROLES]
        )
        names = [(str(pk), name) for pk, name in staff.order_by("name").values_list("pk", "name")]
        offer(self, "technician", [("", "Nobody: back to the queue"), *names])
        self.initial.setdefault("technician", str(self.ticket.assignee_id or ""))


class ScheduleForm(OnceForm):
    """An agreed time; it starts with the one agreed before, else with what was wished for."""

    start = MomentField(label="From", error_messages={"required": "Choose day and time."})
    end = MomentField(label="Until", error_messages={"required": "Choose day and time."})

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        agreed = {"start": self.ticket.scheduled_from, "end": self.ticket.scheduled_to}
        wishes = {"start": "wanted_from", "end": "wanted_to"}
        for name, wish in wishes.items():
            if agreed[name]:
                self.initial.setdefault(name, agreed[name])
            if moment := self.ticket.answers.get(wish):
                self.initial.setdefault(name, datetime.fromisoformat(moment))


class ResolveForm(EndingForm):
    """What was done."""

    move = Move.RESOLVE
    helper = laid_out("submission", "text")

    text = TextField(
        label="What was wrong, and what was done",
        help_text="The customer reads this.",
        error_messages={"required": "Say what was done; the customer reads it."},
    )


class CloseForm(EndingForm):
    """Nothing but what is missing."""

    move = Move.CLOSE
    helper = laid_out("submission")


class ReopenForm(OnceForm):
    """What is still wrong."""

    text = TextField(
        label="What is still wrong?", error_messages={"required": "Say what is still wrong."}
    )


class CallForm(OnceForm):
    """What was said on the telephone."""

    text = TextField(
        label="What was said",
        help_text="The customer reads this. The time of the call is now.",
        error_messages={"required": "Say in a few words what the call was about."},
    )


class MergeForm(ActForm):
    """Into which ticket, and why."""

    target = LineField(
        label="Into which ticket?",
        max_length=24,
        help_text="Its number, such as CC-1042.",
        error_messages={"required": "Choose the ticket that stays."},
    )
    reason = LineField(
        label="Why",
        max_length=240,
        error_messages={"required": "Say why; both tickets will show it."},
    )


class WatchForm(ActForm):
    """Who else gets a copy."""

    person = forms.ChoiceField(
        label="Who follows this ticket?",
        error_messages={
            "invalid_choice": "Choose one of the people listed.",
            "required": "Choose a person.",
        },
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        people = Membership.objects.filter(
            seeing(self.ticket), customer_id=self.ticket.customer_id, is_active=True
        )
        names = people.order_by("name").values_list("pk", "name")
        offer(self, "person", [(str(pk), name) for pk, name in names])


class MessageForm(forms.Form):
    """A public reply or an internal note, with files. Sent once, however often it is sent."""

    text = TextField(label="Text", error_messages={"required": WORDS_MISSING})
    files = FilesField(label="Files")  # type: ignore[assignment]
    submission = SubmissionField()
