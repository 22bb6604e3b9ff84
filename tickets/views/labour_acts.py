"""What can be done to an entry of labour: correct it, strike it out, waive it, ask, answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.submissions import Answer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing, RuleBroken
from calcom_portal.common.pages import go, page_or_part, part
from tickets import actions
from tickets.access import access_labour
from tickets.actions.correct_labour import require_right_to_correct
from tickets.forms import labour as forms
from tickets.labour import LabourFacts
from tickets.models import Cause, LabourEntry, LabourQuestion
from tickets.presenters.labour import line_sights
from tickets.views.labour import blame, covers_of, say_done
from tickets.views.once import done_once


def _correct(entry: LabourEntry, form: Any, actor: Viewer) -> None:
    values = form.cleaned_data
    actions.correct_labour(
        entry=entry,
        facts=form.facts,
        reason=values["reason"],
        overlap_ok=values["overlap_ok"],
        actor=actor,
    )


def _strike(entry: LabourEntry, form: Any, actor: Viewer) -> None:
    actions.strike_labour(entry=entry, reason=form.cleaned_data["reason"], actor=actor)


def _override(entry: LabourEntry, form: Any, actor: Viewer) -> None:
    cause, reason = Cause(form.cleaned_data["cause"]), form.cleaned_data["reason"]
    actions.override_labour(entry=entry, cause=cause, reason=reason, actor=actor)


def _ask_about(entry: LabourEntry, form: Any, actor: Viewer) -> None:
    actions.ask_about_labour(entry=entry, text=form.cleaned_data["text"], actor=actor)


def _answer(entry: LabourEntry, form: Any, actor: Viewer) -> None:
    question = open_question(entry)
    text = form.cleaned_data["text"]
    actions.answer_labour_question(question=question, text=text, actor=actor)


def open_question(entry: LabourEntry) -> LabourQuestion:
    """Return the open question about an entry. Raises Missing."""
    rows = LabourQuestion.objects.select_related("ticket", "entry")
    question: LabourQuestion | None = rows.filter(entry_id=entry.pk, answered_at=None).first()
    if question is None:
        raise Missing(
            "There is no open question about this.", remedy="Look at the labour of the ticket."
        )
    return question


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what its page says and asks, who may, and doing it."""

    title: str
    label: str
    done: str
    form: type[forms.EntryForm] | type[forms.CorrectForm]
    do: Callable[[LabourEntry, Any, Viewer], None]
    needs: Capability | None = None
    risk: bool = False


ACTS = {
    "correct": Act(
        "Correct this labour", "Correct", "Corrected; both stay.", forms.CorrectForm, _correct
    ),
    "strike": Act(
        "Strike this out",
        "Strike out",
        "Struck out; it stays to be seen.",
        forms.StrikeForm,
        _strike,
        risk=True,
    ),
    "override": Act(
        "Do not charge this",
        "Do not charge",
        "Not charged; both verdicts stay.",
        forms.OverrideForm,
        _override,
        Capability.OVERRIDE_LABOUR,
    ),
    "question": Act(
        "Ask about this labour",
        "Send the question",
        "Sent. It is marked until we have answered.",
        forms.QuestionForm,
        _ask_about,
        Capability.QUERY_LABOUR,
    ),
    "answer": Act(
        "Answer the question",
        "Send the answer",
        "Answered.",
        forms.AnswerForm,
        _answer,
        Capability.LOG_LABOUR,
    ),
}


@require_http_methods(["GET", "POST"])
@signed_in
def labour_act(request: ViewerRequest, ref: str, entry_id: int, verb: str) -> HttpResponse:
    """Ask, then do it once."""
    chosen = ACTS[verb]
    entry = access_labour(request.viewer, ref, entry_id)
    _require(chosen, entry, request.viewer)
    if request.method == "GET":
        return _ask(request, entry, verb, chosen.form(entry=entry, initial=_initial(entry)))
    form = chosen.form(request.POST, entry=entry)
    if request.headers.get("HX-Target") == "consequence" and isinstance(form, forms.LabourForm):
        covers = covers_of(entry.ticket, form)
        return part(request, "tickets/labour/_outlook.html", {"covers": covers})
    if form.is_valid() and (answer := _do_once(request, entry, verb, form)):
        say_done(request, answer, f"{entry.ticket.reference}: {chosen.done}")
        return go(request, answer.url)
    return _ask(request, entry, verb, form, status=422)


def _require(chosen: Act, entry: LabourEntry, viewer: Viewer) -> None:
    if chosen.needs is None:
        require_right_to_correct(entry, viewer)
    else:
        viewer.require(chosen.needs)


def _do_once(request: ViewerRequest, entry: LabourEntry, verb: str, form: Any) -> Answer | None:
    def do() -> str:
        ACTS[verb].do(entry, form, request.viewer)
        return reverse("ticket_labour", args=[entry.ticket.reference])

    try:
        return done_once(request, f"labour-{verb}-{entry.pk}", form, do)
    except (RuleBroken, BadInput) as error:
        blame(form, error)
        return None


def _ask(
    request: ViewerRequest, entry: LabourEntry, verb: str, form: Any, *, status: int = 200
) -> HttpResponse:
    chosen, ticket = ACTS[verb], entry.ticket
    is_work = isinstance(form, forms.LabourForm)
    context = {
        "title": chosen.title,
        "intro": f"{entry.technician_name}, {entry.get_work_display().lower()}, {ticket.reference}",
        "form": form,
        "ticket": ticket,
        "lines": line_sights(list(entry.lines.order_by("position"))),
        "covers": covers_of(ticket, form) if is_work and form.is_bound else [],
        "action_url": reverse(f"labour_{verb}", args=[ticket.reference, entry.pk]),
        "cancel_url": reverse("ticket_labour", args=[ticket.reference]),
        "confirm_label": chosen.label,
        "risk": chosen.risk,
        "has_outlook": is_work,
        "question": open_question(entry) if verb == "answer" and not form.is_bound else None,
    }
    template = "tickets/labour/act.html"
    return page_or_part(request, template, "tickets/labour/_act.html", context, status=status)


def _initial(entry: LabourEntry) -> dict[str, Any]:
    return forms.initial_of(LabourFacts.of(entry))
