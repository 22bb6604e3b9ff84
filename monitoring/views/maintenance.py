"""Planned work: the list, planning it with a look at its next windows, changing, cancelling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import access_customer, needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from accounts.paging import keyset_page
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now
from contracts.access import access_device, access_site, row_number
from contracts.forms.fields import show_problem
from contracts.views.lists import Narrowed
from contracts.views.once import done_once
from monitoring.access import access_work
from monitoring.actions._work import write_plan
from monitoring.actions.cancel_maintenance import cancel_maintenance
from monitoring.actions.change_maintenance import change_maintenance
from monitoring.actions.plan_maintenance import plan_maintenance
from monitoring.forms.maintenance import CustomerForm, WorkForm
from monitoring.models import Maintenance
from monitoring.planned import rule_of
from monitoring.work_page import current_work, not_over, window_lines, work_line

SEE, CHANGE = Capability.SEE_MONITORING, Capability.MANAGE_MONITORING
MOST = 200
# Which field of the form shows what an action refuses.
NAMES = {"site": "place", "device": "place"}


@needs(SEE)
@require_GET
def maintenance(request: ViewerRequest) -> HttpResponse:
    """List what goes on or is to come, the next first; or all that was ever planned."""
    narrowed, now = Narrowed.of(request), database_now()
    rows = Maintenance.objects.select_related("customer", "site", "device__site")
    rows = narrowed.apply(rows)
    shows_all = request.GET.get("show") == "all"
    context: dict[str, Any] = {
        "shows_all": shows_all,
        "can_manage": request.viewer.can(CHANGE),
        **narrowed.context,
    }
    if shows_all:
        listed = keyset_page(request, rows, key="made_at", newest_first=True)
        context["lines"] = [work_line(row, now) for row in listed.rows]
        context["pager"] = listed.pager
    else:
        context["lines"] = current_work(rows.filter(not_over(now)).order_by("pk")[:MOST], now)
    return page(request, "monitoring/setup/maintenance.html", context)


@needs(SEE)
@require_GET
def work(request: ViewerRequest, id: int) -> HttpResponse:
    """Show planned work with its next windows."""
    found, now = access_work(request.viewer, id), database_now()
    line = work_line(found, now)
    context = {
        "line": line,
        "windows": [] if line.is_cancelled else window_lines(rule_of(found), now),
        "can_manage": request.viewer.can(CHANGE),
    }
    return page(request, "monitoring/setup/work.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def work_new(request: ViewerRequest) -> HttpResponse:
    """Plan work. Whose equipment stands in the address; without it, ask."""
    place = _place(request)
    if place is None:
        form = CustomerForm()
        return page(request, "monitoring/setup/work_customer.html", {"form": form})
    work_form = WorkForm(request.POST if request.method == "POST" else None, **place)
    if request.method == "POST" and work_form.is_valid():
        try:
            return done_once(request, "work_new", work_form, lambda: _plan(request, work_form))
        except BadInput as error:
            show_problem(work_form, error, NAMES)
    context = {"form": work_form, "customer": place["customer"]}
    status = 422 if work_form.errors else 200
    return page(request, "monitoring/setup/work_form.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def work_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Change planned work."""
    found = access_work(request.viewer, id)
    data = request.POST if request.method == "POST" else None
    form = WorkForm(data, customer=found.customer, work=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_maintenance(work=found, plan=form.plan, actor=request.viewer)
            messages.success(request, f"“{form.cleaned_data['title']}” is saved.")
            return go(request, reverse("work", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error, NAMES)
    context = {"form": form, "customer": found.customer, "work": found}
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/work_form.html", context, status=status)


@needs(CHANGE)
@require_POST
def work_preview(request: ViewerRequest) -> HttpResponse:
    """Show the next windows of what stands in the form. Nothing is saved."""
    customer = access_customer(request.viewer, row_number(request.GET.get("customer", "")))
    form, windows = WorkForm(request.POST, customer=customer), []
    if form.is_valid():
        try:
            planned = Maintenance()
            write_plan(planned, form.plan)
            windows = window_lines(rule_of(planned), database_now())
        except BadInput as error:
            show_problem(form, error, NAMES)
    context = {"form": form, "windows": windows, "customer": customer}
    status = 422 if form.errors else 200
    return page_or_part(
        request,
        "monitoring/setup/work_form.html",
        "monitoring/setup/_windows.html",
        context,
        status=status,
    )


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def work_cancel(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what cancelling means, then do it."""
    found = access_work(request.viewer, id)
    back = reverse("work", args=[found.pk])
    if request.method == "POST":
        cancel_maintenance(work=found, actor=request.viewer)
        messages.success(request, f"“{found}” is cancelled.")
        return go(request, back)
    text = "What is silent then is an outage from now on, and opens a ticket where one is due."
    context = {
        "title": f"Cancel “{found}”?",
        "cover": Cover("risk", "None of its windows counts any more.", text),
        "action_url": request.path,
        "confirm_label": "Cancel the work",
        "risk": True,
        "cancel_url": back,
        "cancel_label": "Keep it",
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


def _place(request: ViewerRequest) -> dict[str, Any] | None:
    """Read `?device=`, `?site=` or `?customer=`. Raises Missing for what is not there."""
    asked = request.GET
    if number := asked.get("device", ""):
        device = access_device(request.viewer, row_number(number))
        return {"customer": device.customer, "device": device}
    if number := asked.get("site", ""):
        site = access_site(request.viewer, row_number(number))
        return {"customer": site.customer, "site": site}
    if number := asked.get("customer", ""):
        customer: Customer = access_customer(request.viewer, row_number(number))
        return {"customer": customer}
    return None


def _plan(request: ViewerRequest, form: WorkForm) -> str:
    made = plan_maintenance(plan=form.plan, actor=request.viewer)
    messages.success(request, f"“{made}” is planned.")
    return reverse("work", args=[made.pk])
