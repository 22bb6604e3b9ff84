"""Reporting a problem: what has it, what happens, what is promised, sent once."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import access_customer, needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.models import Customer, Membership
from accounts.submissions import Answer, KeyReused, fingerprint_of, once
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.files import fingerprints
from calcom_portal.common.pages import go, page, part
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now
from contracts.cover_of import cover_under
from contracts.promised import Promised, promised_for
from contracts.sla import Priority
from tickets.actions import TicketRequest, open_ticket
from tickets.forms.report import ANYTHING, ReportForm
from tickets.labour import inspections_before
from tickets.models import Kind, Ticket
from tickets.places import PlaceChoices, place_choices
from tickets.presenters.cover import Outlook, outlook
from tickets.presenters.pay import pay_line
from tickets.presenters.words import ASKING
from tickets.triage import Answers, triage

COVER_FIELDS = ("device", "site", "handset", "how_many", "reachable")
NAMES = 30
UNANSWERED = "The questions decide: an emergency is answered sooner."


@dataclass(frozen=True, slots=True)
class Reporting:
    """For whom something is reported, of which kind, and what there is to choose from."""

    viewer: Viewer
    customer: Customer
    kind: Kind
    places: PlaceChoices


@require_http_methods(["GET", "POST"])
@needs(Capability.OPEN_TICKETS)
def report(request: ViewerRequest) -> HttpResponse:
    """The form, and sending it. The provider's people choose the customer first."""
    asked = request.POST if request.method == "POST" else request.GET
    if not request.viewer.is_customer and not asked.get("customer"):
        return _choose_customer(request)
    reporting = _reporting(request, asked)
    if request.method == "GET":
        return _form_page(
            request, reporting, _form(reporting, initial=_initial(request, reporting))
        )
    form = _form(reporting, data=request.POST, files=request.FILES)
    if "preview" in request.POST:
        return _form_page(request, reporting, _form(reporting, initial=_typed(form)))
    if form.is_valid():
        answer = _send(request, reporting, form)
        if answer is not None:
            return answer
    return _form_page(request, reporting, form, status=422)


@require_GET
@needs(Capability.OPEN_TICKETS)
def report_cover(request: ViewerRequest) -> HttpResponse:
    """What is promised for the answers so far: asked for on every change."""
    reporting = _reporting(request, request.GET)
    given = {name: request.GET.get(name, "") for name in COVER_FIELDS}
    return part(
        request,
        "tickets/report/_cover.html",
        _promise(request, reporting, given) | {"is_part": True},
    )


def _reporting(request: ViewerRequest, asked: QueryDict) -> Reporting:
    viewer = request.viewer
    chosen = viewer.customer_id if viewer.is_customer else _number(asked.get("customer", ""))
    customer = access_customer(viewer, chosen or 0)
    kind = asked.get("kind") or Kind.PROBLEM.value
    if kind not in Kind.values:
        raise BadInput(
            "This is not something that can be asked for.",
            field="kind",
            remedy="Open the report page again and choose from its list.",
        )
    return Reporting(viewer, customer, Kind(kind), place_choices(customer.pk))


def _form(reporting: Reporting, **options: Any) -> ReportForm:
    reporters = None if reporting.viewer.is_customer else _reporters(reporting)
    return ReportForm(kind=reporting.kind, choices=reporting.places, reporters=reporters, **options)


def _reporters(reporting: Reporting) -> list[tuple[str, str]]:
    people = Membership.objects.filter(customer_id=reporting.customer.pk, is_active=True)
    names = [(str(pk), name) for pk, name in people.order_by("name").values_list("pk", "name")]
    return [
        (str(reporting.viewer.membership_id), f"{reporting.viewer.name} (I noticed it)"),
        *names,
    ]


def _initial(request: HttpRequest, reporting: Reporting) -> dict[str, Any]:
    """A link or a label on a device chooses it; what is no longer there is left open."""
    device = request.GET.get("device", "")
    offered = dict(reporting.places.device_choices)
    return {"device": device if device in offered else ""}


def _typed(form: ReportForm) -> dict[str, Any]:
    return {name: form.data.get(name, "") for name in form.fields if name != "files"}


def _send(request: ViewerRequest, reporting: Reporting, form: ReportForm) -> HttpResponse | None:
    values = form.cleaned_data
    promised = _promised(reporting, form.place.device_id, form.place.site_id)
    form.wanted_window(promised.calendar, database_now())
    if not form.is_valid():
        return None
    written = {name: value for name, value in values.items() if name not in ("files", "submission")}
    files = fingerprints(request.FILES)
    print_of = fingerprint_of(reporting.kind, reporting.customer.pk, written, files)
    try:
        answer = once(
            request.viewer,
            "report",
            str(values["submission"]),
            print_of,
            lambda: _open(reporting, form, promised),
        )
    except KeyReused as error:
        form.add_error(None, f"{error.message} Look at your tickets, or send this as a new one.")
        return None
    if answer.is_repeated:
        messages.info(request, "This was already sent: here is the ticket.")
    else:
        messages.success(request, "Thank you. We have it, and the clock is set.")
    return go(request, answer.url)


def _open(reporting: Reporting, form: ReportForm, promised: Promised) -> Answer:
    values, (priority, reason) = form.cleaned_data, form.priority
    start, end = form.wanted_window(promised.calendar, database_now())
    reach = {"reach": values["reach"]} if values.get("reach") else {}
    request = TicketRequest(
        kind=reporting.kind.value,
        subject=form.title,
        text=form.text,
        customer_id=reporting.customer.pk,
        site_id=form.place.site_id,
        device_id=form.place.device_id,
        priority=priority,
        priority_reason=reason,
        answers=form.answers.to_dict() | reach,
        reporter_id=int(values.get("reporter") or reporting.viewer.membership_id or 0),
        files=values["files"],
        wanted_from=start,
        wanted_to=end,
    )
    ticket: Ticket = open_ticket(request=request, actor=reporting.viewer)
    return Answer.led_to(reverse("ticket", args=[ticket.reference]))


def _form_page(
    request: ViewerRequest, reporting: Reporting, form: ReportForm, *, status: int = 200
) -> HttpResponse:
    form.renew_key()
    given = {name: str(form[name].value() or "") for name in COVER_FIELDS if name in form.fields}
    context = {
        "form": form,
        "kind": reporting.kind,
        "kinds": Kind.choices,
        "asking": ASKING.get(reporting.kind, ""),
        "is_problem": reporting.kind is Kind.PROBLEM,
        "customer": reporting.customer,
        "places": reporting.places,
        "anything": ANYTHING,
        "chosen_device": given.get("device", ""),
        "has_time": "wanted_day" in form.fields,
        "many_sites": len(reporting.places.sites) > 1,
    }
    return page(
        request,
        "tickets/report/page.html",
        context | _promise(request, reporting, given),
        status=status,
    )


def _promise(request: ViewerRequest, reporting: Reporting, given: dict[str, str]) -> dict[str, Any]:
    place = reporting.places.chosen(given.get("device", ""), given.get("site", ""))
    promised = _promised(reporting, place.device_id, place.site_id)
    priority, reason = _priority(reporting.kind, given)
    seen: Outlook = outlook(
        promised,
        priority,
        reason,
        database_now(),
        zoneinfo.ZoneInfo(request.viewer.zone),
    )
    pay = _pay(reporting, promised, place.device_id)
    cover = seen.cover
    if pay.kind == "bill":
        # The time is promised, the work is not paid for: "covered" would say both.
        cover = replace(cover, title=cover.title.removeprefix("Covered by "))
    return {"outlook": seen, "cover": cover, "why": seen.why, "pay": pay}


def _pay(reporting: Reporting, promised: Promised, device_id: int | None) -> Cover:
    """Return who would pay for the work if it were done now."""
    customer_id, now = reporting.customer.pk, database_now()
    cover = cover_under(promised, customer_id=customer_id, device_id=device_id, at=now)
    is_inspection = reporting.kind is Kind.INSPECTION
    done = inspections_before(customer_id, device_id, cover) if is_inspection else 0
    return pay_line(reporting.kind, cover, now, done)


def _priority(kind: Kind, given: dict[str, str]) -> tuple[Priority, str]:
    if kind is not Kind.PROBLEM:
        return Priority.MINOR, "Requests are answered like minor problems."
    try:
        decided = triage(Answers.from_dict(given))
    except ValueError:
        # Told at the field when the form is sent; the line shows what is promised at least.
        decided = triage(Answers())
    is_answered = any(given.get(name) for name in ("handset", "how_many", "reachable"))
    return decided.priority, decided.reason if is_answered else UNANSWERED


def _promised(reporting: Reporting, device_id: int | None, site_id: int | None) -> Promised:
    return promised_for(
        customer_id=reporting.customer.pk, site_id=site_id, device_id=device_id, at=database_now()
    )


def _choose_customer(request: ViewerRequest) -> HttpResponse:
    words = request.GET.get("name", "").strip()[:100]
    found = Customer.objects.filter(name__icontains=words, is_active=True).order_by("name")
    customers = list(found.values("pk", "name", "number", "phone")[: NAMES + 1])
    context = {"customers": customers[:NAMES], "words": words, "has_more": len(customers) > NAMES}
    return page(request, "tickets/report/customer.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
