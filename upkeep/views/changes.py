"""Changes of programming: choosing, asking, looking at the diff, making, undoing, recording."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.downloads import download
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.pages import go, page, part
from contracts.forms.fields import show_problem
from contracts.models import Device
from contracts.views.once import done_once
from tickets.access import access_ticket
from tickets.models import Ticket
from upkeep.access_changes import access_change, access_change_file
from upkeep.actions.ask_change import ask_change
from upkeep.actions.cancel_change import cancel_change
from upkeep.actions.hand_out_change_file import hand_out_change_file
from upkeep.actions.make_change import make_change
from upkeep.actions.record_change import record_change
from upkeep.actions.undo_change import undo_change
from upkeep.changes.catalogue import Kind
from upkeep.changing.sheets import Moment
from upkeep.changing.systems import Changeable, changeable, changeable_of
from upkeep.forms.changes import AllowForm, ByHandForm, ChangeForm
from upkeep.models import BackupPlan, Change
from upkeep.presenters.changes import view_of

WORK = Capability.WORK_TICKETS


@needs(WORK)
@require_GET
def change_new(request: ViewerRequest, ref: str) -> HttpResponse:
    """Choose what is to be changed, of which system."""
    ticket = access_ticket(request.viewer, ref)
    context = {"ticket": ticket, "systems": list(changeable_of(_systems(ticket)).values())}
    return page(request, "upkeep/changes/choose.html", context)


@needs(WORK)
@require_http_methods(["GET", "POST"])
def change_ask(request: ViewerRequest, ref: str, device_id: int, kind: str) -> HttpResponse:
    """Answer what a kind of change asks."""
    ticket = access_ticket(request.viewer, ref)
    system, chosen = _chosen(ticket, device_id, kind)
    sent = request.POST if request.method == "POST" else None
    form = ChangeForm(sent, kind=chosen, system=system)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(
                request, "change_ask", form, lambda: _ask(request, ticket, system, chosen, form)
            )
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "ticket": ticket, "system": system, "kind": chosen}
    status = 422 if form.errors else 200
    return page(request, "upkeep/changes/form.html", context, status=status)


@needs(WORK)
@require_http_methods(["GET", "POST"])
def change_by_hand(request: ViewerRequest, ref: str) -> HttpResponse:
    """Record what was changed at a system that is not changed from here."""
    ticket = access_ticket(request.viewer, ref)
    is_sent = request.method == "POST"
    form = ByHandForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        customer_id=ticket.customer_id,
        initial={"device": ticket.device_id},
    )
    if is_sent and form.is_valid():
        try:
            return done_once(
                request, "change_by_hand", form, lambda: _record(request, ticket, form)
            )
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    context = {"form": form, "ticket": ticket}
    return page(request, "upkeep/changes/by_hand.html", context, status=status)


@needs(WORK)
@require_GET
def change(request: ViewerRequest, id: int) -> HttpResponse:
    """One change: its diff, its steps, and what can be done about it."""
    return _show(request, access_change(request.viewer, id))


@needs(WORK)
@require_GET
def change_live(request: ViewerRequest, id: int) -> HttpResponse:
    """How far it is; the whole page once it waits for somebody, or has ended."""
    view = view_of(access_change(request.viewer, id), request.viewer)
    if not view.is_moving:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return part(request, "upkeep/changes/_progress.html", {"view": view})


@needs(Capability.MANAGE_BACKUPS)
@require_GET
def change_file(request: ViewerRequest, id: int, file_id: int, moment: str) -> HttpResponse:
    """A file before or after a change made by hand, as it was brought."""
    found = access_change_file(request.viewer, id, file_id)
    if moment not in list(Moment):
        raise Missing("A file has a state before and one after.", remedy="Choose one of these.")
    data = hand_out_change_file(file=found, moment=Moment(moment), actor=request.viewer)
    name = f"{moment}-{found.path.rpartition('/')[2]}"
    return download(data, name=name, media_type="application/octet-stream")


@needs(WORK)
@require_POST
def change_make(request: ViewerRequest, id: int) -> HttpResponse:
    """Make it."""
    found = access_change(request.viewer, id)
    form = AllowForm(request.POST, needs_reason=True)
    if not form.is_valid():
        return _show(request, found, form)
    reason = form.cleaned_data["allowed_reason"]

    def make() -> str:
        made = make_change(change=found, allowed_reason=reason, actor=request.viewer)
        return reverse("change", args=[made.pk])

    return _done(request, found, form, "change_make", make)


@needs(WORK)
@require_POST
def change_undo(request: ViewerRequest, id: int) -> HttpResponse:
    """Take it back."""
    found = access_change(request.viewer, id)
    form = AllowForm(request.POST, needs_reason=True)
    if not form.is_valid():
        return _show(request, found, form)
    reason = form.cleaned_data["allowed_reason"]

    def undo() -> str:
        undoing = undo_change(change=found, allowed_reason=reason, actor=request.viewer)
        return reverse("change", args=[undoing.pk])

    return _done(request, found, form, "change_undo", undo)


@needs(WORK)
@require_POST
def change_cancel(request: ViewerRequest, id: int) -> HttpResponse:
    """Give it up."""
    found = access_change(request.viewer, id)
    cancel_change(change=found, actor=request.viewer)
    messages.success(request, "The change is not made.")
    return go(request, reverse("ticket", args=[found.ticket.reference]))


def _done(
    request: ViewerRequest, found: Change, form: AllowForm, route: str, act: Callable[[], str]
) -> HttpResponse:
    try:
        return done_once(request, route, form, act)
    except BadInput as error:
        show_problem(form, error)
        return _show(request, found, form)


def _show(request: ViewerRequest, found: Change, form: AllowForm | None = None) -> HttpResponse:
    view = view_of(found, request.viewer)
    shown = form or AllowForm(needs_reason=view.needs_reason)
    context = {"view": view, "change": found, "ticket": found.ticket, "form": shown}
    return page(request, "upkeep/changes/change.html", context, status=422 if form else 200)


def _systems(ticket: Ticket) -> list[Device]:
    """Return the systems that have a backup plan; that of the ticket first."""
    planned = BackupPlan.objects.filter(customer=ticket.customer_id).values("device")
    rows = Device.objects.filter(pk__in=planned, retired_on=None).order_by("name")
    return sorted(rows, key=lambda device: device.pk != ticket.device_id)


def _chosen(ticket: Ticket, device_id: int, code: str) -> tuple[Changeable, Kind]:
    rows = Device.objects.filter(customer=ticket.customer_id, retired_on=None, pk=device_id)
    device = rows.first()
    system = changeable(device) if device is not None else None
    kind = next((one for one in system.kinds if one.code == code), None) if system else None
    if system is None or kind is None:
        raise Missing("There is no such change.", remedy="Choose one from the list of the ticket.")
    return system, kind


def _ask(
    request: ViewerRequest, ticket: Ticket, system: Changeable, kind: Kind, form: ChangeForm
) -> str:
    asked = ask_change(
        ticket=ticket,
        device_id=system.device.pk,
        kind=kind.code,
        given=form.given(),
        actor=request.viewer,
    )
    return reverse("change", args=[asked.pk])


def _record(request: ViewerRequest, ticket: Ticket, form: ByHandForm) -> str:
    record_change(
        ticket=ticket,
        device_id=form.cleaned_data["device"].pk,
        words=form.cleaned_data["words"],
        files=form.pairs(),
        actor=request.viewer,
    )
    messages.success(request, "The change is recorded.")
    return reverse("ticket", args=[ticket.reference])
