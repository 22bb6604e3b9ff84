"""Every act on a ticket that asks first: the form with its consequence, then the act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.submissions import Answer, fingerprint_of, once
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing, PortalError, RuleBroken
from calcom_portal.common.pages import go, page_or_part, part
from calcom_portal.common.parts import Cover
from contracts.sla import Party, Priority
from tickets import actions
from tickets.access import access_ticket
from tickets.approval import Approval
from tickets.forms import acts as forms
from tickets.models import Ticket
from tickets.presenters import consequences
from tickets.states import Move, State, after

Values = dict[str, Any]
Consequence = Callable[[Ticket, Viewer, Values], Cover | None]
# Does it, and returns the ticket to show next.
Doing = Callable[[Ticket, Values, Viewer], Ticket]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what its page says, what it asks, what it will do, and doing it."""

    title: str
    label: str
    done: str
    needs: Capability
    form: type[forms.ActForm]
    do: Doing
    move: Move | None = None
    consequence: Consequence | None = None
    intro: str = ""
    risk: bool = False
    # Title and label of an act that was done to the ticket before, and changes what it did.
    again: str = ""

    def title_of(self, ticket: Ticket) -> str:
        """Return the title with the ticket's reference where it belongs, or at the end."""
        title = self.again if self._is_again(ticket) else self.title
        title = title if "{}" in title else f"{title}: {{}}"
        return title.format(ticket.reference)

    def label_of(self, ticket: Ticket) -> str:
        """Return what the button says."""
        return self.again if self._is_again(ticket) else self.label

    def _is_again(self, ticket: Ticket) -> bool:
        changes = {Move.HOLD: ticket.state == State.HELD, Move.SCHEDULE: ticket.scheduled_from}
        return bool(self.again and self.move and changes.get(self.move))


def _hold(ticket: Ticket, values: Values, actor: Viewer) -> Ticket:
    party, reason, until = Party(values["party"]), values["reason"], values["until"]
    return actions.hold_ticket(ticket=ticket, party=party, reason=reason, until=until, actor=actor)


def _priority(ticket: Ticket, values: Values, actor: Viewer) -> Ticket:
    priority, reason = Priority(values["priority"]), values["reason"]
    return actions.change_priority(ticket=ticket, priority=priority, reason=reason, actor=actor)


def _assign(ticket: Ticket, values: Values, actor: Viewer) -> Ticket:
    technician = int(values["technician"]) if values["technician"] else None
    return actions.assign_ticket(ticket=ticket, technician_id=technician, actor=actor)


def _merge(ticket: Ticket, values: Values, actor: Viewer) -> Ticket:
    try:
        target = access_ticket(actor, values["target"].upper())
    except Missing as error:
        raise BadInput(error.message, field="target", remedy=error.remedy) from error
    return actions.merge_tickets(child=ticket, target=target, reason=values["reason"], actor=actor)


def _call(ticket: Ticket, values: Values, actor: Viewer) -> Ticket:
    actions.log_call(ticket=ticket, text=values["text"], actor=actor)
    return ticket


def _watch(ticket: Ticket, values: Values, actor: Viewer) -> Ticket:
    actions.watch_ticket(ticket=ticket, membership_id=int(values["person"]), actor=actor)
    return ticket


ACTS: dict[str, Act] = {
    "claim": Act(
        "Take this ticket",
        "Claim",
        "It is yours now.",
        Capability.WORK_TICKETS,
        forms.NothingForm,
        lambda ticket, values, actor: actions.claim_ticket(ticket=ticket, actor=actor),
        Move.ASSIGN,
    ),
    "approve": Act(
        "Approve this change",
        "Approve",
        "Approved: it can be scheduled now.",
        Capability.REPLY,
        forms.NothingForm,
        lambda ticket, values, actor: actions.approve_change(ticket=ticket, actor=actor),
        Move.SCHEDULE,
        intro="Your company has named you as authorised for changes. Your name stays beside it.",
    ),
    "assign": Act(
        "Assign",
        "Assign",
        "Handed over.",
        Capability.DISPATCH,
        forms.AssignForm,
        _assign,
        Move.ASSIGN,
    ),
    "hold": Act(
        "Put on hold",
        "Put on hold",
        "On hold.",
        Capability.WORK_TICKETS,
        forms.HoldForm,
        _hold,
        Move.HOLD,
        consequences.holding,
        again="Change the hold",
    ),
    "resume": Act(
        "Take off hold",
        "Take off hold",
        "Off hold: the clocks count.",
        Capability.WORK_TICKETS,
        forms.NothingForm,
        lambda ticket, values, actor: actions.resume_ticket(ticket=ticket, actor=actor),
        Move.RESUME,
        intro="A paused clock counts again from now on.",
    ),
    "call": Act(
        "Log a call",
        "Log the call",
        "The call is logged.",
        Capability.WORK_TICKETS,
        forms.CallForm,
        _call,
        Move.REPLY,
        consequences.calling,
    ),
    "priority": Act(
        "Change the priority",
        "Change the priority",
        "The priority is changed.",
        Capability.CHANGE_PRIORITY,
        forms.PriorityForm,
        _priority,
        Move.CHANGE_PRIORITY,
        consequences.reprioritising,
    ),
    "schedule": Act(
        "Agree on a time",
        "Schedule",
        "Scheduled. The customer is told.",
        Capability.WORK_TICKETS,
        forms.ScheduleForm,
        lambda ticket, values, actor: actions.schedule_ticket(
            ticket=ticket, start=values["start"], end=values["end"], actor=actor
        ),
        Move.SCHEDULE,
        consequences.scheduling,
        again="Change the time",
    ),
    "resolve": Act(
        "Resolve",
        "Resolve",
        "Resolved.",
        Capability.WORK_TICKETS,
        forms.ResolveForm,
        lambda ticket, values, actor: actions.resolve_ticket(
            ticket=ticket, text=values["text"], waivers=values["waivers"], actor=actor
        ),
        Move.RESOLVE,
        consequences.resolving,
    ),
    "close": Act(
        "Close this ticket",
        "Close",
        "Closed.",
        Capability.WORK_TICKETS,
        forms.CloseForm,
        lambda ticket, values, actor: actions.close_ticket(
            ticket=ticket, waivers=values["waivers"], actor=actor
        ),
        Move.CLOSE,
        consequences.closing,
        risk=True,
    ),
    "reopen": Act(
        "Open it again",
        "Reopen",
        "Open again.",
        Capability.REOPEN_TICKETS,
        forms.ReopenForm,
        lambda ticket, values, actor: actions.reopen_ticket(
            ticket=ticket, text=values["text"], actor=actor
        ),
        Move.REOPEN,
        consequences.reopening,
    ),
    "merge": Act(
        "Merge {} into another ticket",
        "Merge",
        "Merged: this is the ticket that stays.",
        Capability.MERGE_TICKETS,
        forms.MergeForm,
        _merge,
        Move.MERGE,
        consequences.merging,
        risk=True,
    ),
    "unmerge": Act(
        "Undo the merge",
        "Undo the merge",
        "Open again with its own clocks.",
        Capability.MERGE_TICKETS,
        forms.NothingForm,
        lambda ticket, values, actor: actions.unmerge_ticket(child=ticket, actor=actor),
        Move.UNMERGE,
        consequences.unmerging,
    ),
    "watch": Act(
        "Send copies to a colleague", "Add", "Added.", Capability.REPLY, forms.WatchForm, _watch
    ),
}


@require_http_methods(["GET", "POST"])
@signed_in
def act(request: ViewerRequest, ref: str, verb: str) -> HttpResponse:
    """Show what would happen, then do it."""
    chosen = ACTS[verb]
    ticket = access_ticket(request.viewer, ref)
    request.viewer.require(chosen.needs)
    if request.method == "GET":
        return _ask(request, ticket, verb, chosen.form(ticket=ticket, initial=_initial(request)))
    form = chosen.form(request.POST, ticket=ticket)
    if not form.is_valid():
        return _ask(request, ticket, verb, form, status=422)
    try:
        answer = _do_once(request, ticket, verb, form)
    except (RuleBroken, BadInput) as error:
        _blame(form, error)
        return _ask(request, ticket, verb, form, status=422)
    if answer.is_repeated:
        messages.info(request, "This was already sent.")
    else:
        messages.success(request, f"{ticket.reference}: {chosen.done}")
    return go(request, answer.url)


@require_http_methods(["POST"])
@signed_in
def unwatch(request: ViewerRequest, ref: str) -> HttpResponse:
    """Send no more copies to somebody."""
    ticket = access_ticket(request.viewer, ref)
    person = request.POST.get("person", "")
    if not (person.isascii() and person.isdigit() and len(person) <= 18):
        raise BadInput("Nobody was chosen.", field="person", remedy="Open the ticket again.")
    actions.unwatch_ticket(ticket=ticket, membership_id=int(person), actor=request.viewer)
    return go(request, reverse("ticket", args=[ticket.reference]))


def _do_once(request: ViewerRequest, ticket: Ticket, verb: str, form: forms.ActForm) -> Answer:
    values = {name: value for name, value in form.cleaned_data.items() if name != "submission"}

    def do() -> Answer:
        shown = ACTS[verb].do(ticket, values, request.viewer)
        return Answer.led_to(reverse("ticket", args=[shown.reference]))

    key = form.cleaned_data.get("submission")
    if key is None:
        return do()
    print_of = fingerprint_of(ticket.reference, values)
    return once(request.viewer, f"ticket-{verb}", str(key), print_of, do)


def _ask(
    request: ViewerRequest, ticket: Ticket, verb: str, form: forms.ActForm, *, status: int = 200
) -> HttpResponse:
    chosen = ACTS[verb]
    refused = _refusal(ticket, verb, chosen)
    context = {
        "title": chosen.title_of(ticket),
        "intro": chosen.intro,
        "form": form,
        "ticket": ticket,
        "verb": verb,
        "action_url": reverse(f"ticket_{verb}", args=[ticket.reference]),
        "cancel_url": reverse("ticket", args=[ticket.reference]),
        "confirm_label": chosen.label_of(ticket),
        "risk": chosen.risk,
        "refused": refused,
        "cover": None if refused else _cover(request.viewer, ticket, chosen, form),
        "others": _others(request, ticket) if verb == "merge" else [],
        "words": request.GET.get("q", "")[:100],
    }
    if request.headers.get("HX-Target") == "consequence":
        return part(request, "tickets/ticket/_consequence.html", context)
    return page_or_part(
        request, "tickets/ticket/act.html", "tickets/ticket/_act.html", context, status=status
    )


def _refusal(ticket: Ticket, verb: str, chosen: Act) -> str:
    if chosen.move is not None and after(State(ticket.state), chosen.move) is None:
        state = State(ticket.state).label.lower()
        return f"{ticket.reference} is {state} now. This cannot be done to it."
    if verb == "approve" and ticket.approval != Approval.NEEDED:
        return "Nothing waits for an approval here: it was given, or none is asked for."
    return ""


def _cover(viewer: Viewer, ticket: Ticket, chosen: Act, form: forms.ActForm) -> Cover | None:
    if chosen.consequence is None:
        return None
    return chosen.consequence(ticket, viewer, _readable(form))


def _readable(form: forms.ActForm) -> Values:
    """Return what can be read of a form that may not be finished."""
    values: Values = {}
    for name, field in form.fields.items():
        try:
            values[name] = field.clean(form[name].value())
        except ValidationError:
            values[name] = None
    return values


def _initial(request: ViewerRequest) -> Values:
    return {
        name: request.GET[name]
        for name in ("party", "until", "priority", "target", "reason")
        if name in request.GET
    }


def _blame(form: forms.ActForm, error: PortalError) -> None:
    field = error.field if isinstance(error, BadInput) and error.field in form.fields else None
    form.add_error(field, f"{error.message} {error.remedy}".strip())


def _others(request: ViewerRequest, ticket: Ticket) -> list[Values]:
    """Return the customer's other open tickets with the words in the subject, newest first."""
    words = request.GET.get("q", "").strip()[:100]
    rows = Ticket.objects.visible_to(request.viewer).live().filter(customer_id=ticket.customer_id)
    rows = rows.exclude(pk=ticket.pk).filter(subject__icontains=words).order_by("-number")
    return [dict(row) for row in rows.values("reference", "subject")[:10]]
