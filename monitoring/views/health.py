"""Health checks: the list, a report, its review and its signature."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.viewer import Viewer
from calcom_portal.common.downloads import PDF, download, download_stored
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page, part
from contracts.access import access_device
from contracts.forms.fields import show_problem
from contracts.views.once import done_once
from monitoring.access import access_health_item, access_health_report
from monitoring.actions.give_health_value import give_health_value
from monitoring.actions.note_health_item import note_health_item
from monitoring.actions.open_finding import open_finding
from monitoring.actions.sign_health_report import sign_health_report
from monitoring.actions.start_health_check import start_health_check
from monitoring.forms.health import LineForm, SignForm
from monitoring.health_document import name_of, pdf_of
from monitoring.health_list import health_page
from monitoring.health_view import Line, view_of
from monitoring.models import HealthReport

SEE, SIGN = Capability.SEE_MONITORING, Capability.SIGN_HEALTH_CHECKS


def may_read(viewer: Viewer) -> None:
    """Raise NotAllowed for somebody who may read no health report."""
    viewer.require(Capability.SEE_CONTRACTS if viewer.is_customer else SEE)


@signed_in
@require_GET
def health_checks(request: ViewerRequest) -> HttpResponse:
    """List reports, the newest first; customers see what was signed."""
    may_read(request.viewer)
    return page(request, "monitoring/health/list.html", health_page(request))


@signed_in
@require_GET
def health_report(request: ViewerRequest, id: int) -> HttpResponse:
    """One report, with what is to be done first."""
    may_read(request.viewer)
    found = access_health_report(request.viewer, id)
    return _show(request, found, SignForm(initial={"comment": found.comment}))


@needs(SIGN)
@require_POST
def health_report_sign(request: ViewerRequest, id: int) -> HttpResponse:
    """Sign it and send it."""
    found = access_health_report(request.viewer, id)
    form = SignForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    return done_once(request, "health_report_sign", form, lambda: _sign(request, found, form))


@needs(SEE)
@require_GET
def health_report_live(request: ViewerRequest, id: int) -> HttpResponse:
    """How far the systems of a report are; the whole page once the last one is made."""
    view = view_of(access_health_report(request.viewer, id))
    if not view.is_running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return part(request, "monitoring/health/_progress.html", {"view": view})


@signed_in
@require_GET
def health_report_pdf(request: ViewerRequest, id: int) -> HttpResponse:
    """The document: as it was signed, or the draft of it."""
    may_read(request.viewer)
    found = access_health_report(request.viewer, id)
    if found.sha256:
        return download_stored(name=name_of(found), media_type=PDF, sha256=found.sha256)
    return download(pdf_of(found), name=name_of(found), media_type=PDF)


@needs(SIGN)
@require_http_methods(["GET", "POST"])
def health_item(request: ViewerRequest, id: int) -> HttpResponse:
    """Write a note beside a line, or what nobody but a person can find out."""
    line = Line.of(access_health_item(request.viewer, id))
    form = LineForm(request.POST or None, line=line)
    if request.method == "POST" and form.is_valid():
        try:
            return go(request, _write(request, line, form))
        except BadInput as error:
            show_problem(form, error)
    context = {"line": line, "form": form, "report": line.item.health_check.report}
    status = 422 if form.errors else 200
    return page(request, "monitoring/health/line.html", context, status=status)


@needs(SIGN)
@require_POST
def health_item_ticket(request: ViewerRequest, id: int) -> HttpResponse:
    """Make a ticket of a finding."""
    item = access_health_item(request.viewer, id)
    ticket = open_finding(item=item, actor=request.viewer)
    messages.success(request, f"Ticket {ticket.reference} was opened with the evidence.")
    return go(request, reverse("ticket", args=[ticket.reference]))


@needs(SIGN)
@require_POST
def device_health_check(request: ViewerRequest, id: int) -> HttpResponse:
    """Look at a system now."""
    device = access_device(request.viewer, id)
    made = start_health_check(device=device, actor=request.viewer)
    return go(request, reverse("health_report", args=[made.report_id]))


def _show(
    request: ViewerRequest, report: HealthReport, form: SignForm, status: int = 200
) -> HttpResponse:
    may_sign = request.viewer.can(SIGN) and report.signed_at is None
    context = {
        "view": view_of(report),
        "report": report,
        "form": form,
        "may_sign": may_sign,
        "can_open": request.viewer.can(SIGN),
    }
    return page(request, "monitoring/health/report.html", context, status=status)


def _sign(request: ViewerRequest, report: HealthReport, form: SignForm) -> str:
    comment = form.cleaned_data["comment"]
    signed = sign_health_report(report=report, comment=comment, actor=request.viewer)
    people = "1 person" if signed.told == 1 else f"{signed.told} people"
    messages.success(request, f"The report is signed and goes to {people}.")
    return reverse("health_report", args=[report.pk])


def _write(request: ViewerRequest, line: Line, form: LineForm) -> str:
    item = line.item
    for measure, given in form.given().items():
        give_health_value(item=item, measure=measure, given=given, actor=request.viewer)
    note_health_item(item=item, note=form.cleaned_data["note"], actor=request.viewer)
    messages.success(request, f"{item.title} was written down.")
    return f"{reverse('health_report', args=[item.health_check.report_id])}#line-{item.pk}"
