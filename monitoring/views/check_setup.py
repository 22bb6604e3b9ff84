"""Setting checks up: the editor with "test now", what suits a device, pausing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.submissions import Answer, fingerprint_of, once
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from contracts.access import access_device, row_number
from contracts.forms.fields import show_problem
from contracts.models import Device
from contracts.views.once import done_once
from monitoring.access import access_check, access_connection, access_question
from monitoring.actions._check_rules import checked_question
from monitoring.actions._ways import Way
from monitoring.actions.apply_presets import apply_presets, presets_left
from monitoring.actions.create_check import create_check
from monitoring.actions.edit_check import edit_check
from monitoring.actions.pause_check import pause_check
from monitoring.actions.remove_check import history_of, remove_check
from monitoring.actions.renew_address import renew_address
from monitoring.actions.resume_check import resume_check
from monitoring.asking import ask_check_soon, ask_soon
from monitoring.check_settings import KINDS_OF_DRIVER
from monitoring.forms.checks import CheckForm, PresetForm, QuestionForm
from monitoring.models import Check, Connection
from monitoring.setup_page import (
    answer_of,
    check_lines,
    connection_lines,
    offer_groups,
    spell_history,
)
from monitoring.ways import HEARTBEAT, KINDS

SEE, CHANGE = Capability.SEE_MONITORING, Capability.MANAGE_MONITORING


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def device_setup(request: ViewerRequest, id: int) -> HttpResponse:
    """Show how a device is watched, and set up what suits it in one go."""
    device = access_device(request.viewer, id)
    checks, connections = check_lines(device), connection_lines(device)
    presets = presets_left(device, [line.check.name for line in checks])
    form = PresetForm(request.POST if request.method == "POST" else None, presets=presets)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "device_setup", form, lambda: _apply(request, device, form))
        except BadInput as error:
            show_problem(form, error)
    context = {
        "device": device,
        "form": form if presets else None,
        "connections": connections,
        "checks": checks,
        "offers": offer_groups(connections),
    }
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/device.html", context, status=status)


@never_cache
@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def check_new(request: ViewerRequest, id: int) -> HttpResponse:
    """Add a check. What is asked, and through which connection, stands in the address."""
    device = access_device(request.viewer, id)
    kind, connection = _asked(request, device)
    data = request.POST if request.method == "POST" else None
    form = CheckForm(data, device=device, kind=kind, connection=connection)
    if request.method == "POST" and form.is_valid():
        try:
            return _created(request, device, form)
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, **_question_context(device, kind, connection)}
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/check_form.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def check_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Change a check."""
    found = access_check(request.viewer, id)
    connection = _connection_of(request, found)
    data = request.POST if request.method == "POST" else None
    form = CheckForm(data, device=found.device, kind=found.kind, connection=connection, check=found)
    if request.method == "POST" and form.is_valid():
        try:
            edit_check(check=found, facts=form.facts, actor=request.viewer)
            messages.success(request, f"“{form.cleaned_data['name']}” is saved.")
            return go(request, reverse("check", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, **_question_context(found.device, found.kind, connection, found)}
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/check_form.html", context, status=status)


@needs(CHANGE)
@require_POST
def check_try(request: ViewerRequest, id: int) -> HttpResponse:
    """Test what stands in the editor, before it is saved."""
    device = access_device(request.viewer, id)
    kind, connection = _asked(request, device)
    form = QuestionForm(request.POST, kind=kind)
    if form.is_valid():
        try:
            checked_question(kind, form.settings, connection, device)
            asked = ask_soon(
                device=device,
                kind=kind,
                settings=form.settings,
                connection=connection,
                timeout=form.wait,
                actor=request.viewer,
            )
            return _question(request, asked.pk)
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "device": device}
    return page_or_part(
        request,
        "monitoring/setup/refused.html",
        "monitoring/setup/_refused.html",
        context,
        status=422,
    )


@needs(SEE)
@require_POST
def check_ask(request: ViewerRequest, id: int) -> HttpResponse:
    """Ask what a check asks, now."""
    found = access_check(request.viewer, id)
    return _question(request, ask_check_soon(check=found, actor=request.viewer).pk)


@never_cache
@needs(SEE)
@require_GET
def question(request: ViewerRequest, id: int) -> HttpResponse:
    """Show what became of a question."""
    return _question(request, id)


@needs(CHANGE)
@require_POST
def check_pause(request: ViewerRequest, id: int) -> HttpResponse:
    """Stop asking for a while."""
    found = pause_check(check=access_check(request.viewer, id), actor=request.viewer)
    messages.success(request, f"“{found}” is paused: nothing is asked and nothing opened.")
    return go(request, reverse("check", args=[found.pk]))


@needs(CHANGE)
@require_POST
def check_resume(request: ViewerRequest, id: int) -> HttpResponse:
    """Ask again."""
    found = resume_check(check=access_check(request.viewer, id), actor=request.viewer)
    messages.success(request, f"“{found}” is asked again.")
    return go(request, reverse("check", args=[found.pk]))


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def check_remove(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what goes with a check, then remove it."""
    found = access_check(request.viewer, id)
    if request.method == "POST":
        remove_check(check=found, actor=request.viewer)
        messages.success(request, f"“{found}” is gone, and what it went through.")
        return go(request, reverse("device_setup", args=[found.device_id]))
    context = {
        "title": f"Remove “{found}”?",
        "cover": Cover(
            "risk", "Its history goes with it, for good.", spell_history(history_of(found))
        ),
        "action_url": request.path,
        "confirm_label": "Remove check",
        "risk": True,
        "cancel_url": reverse("check", args=[found.pk]),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


@never_cache
@needs(CHANGE)
@require_POST
def check_address(request: ViewerRequest, id: int) -> HttpResponse:
    """Make a new reporting address, and show it this one time."""
    found = access_check(request.viewer, id)
    token = renew_address(check=found, actor=request.viewer)
    return page(request, "monitoring/setup/address.html", _address(found, token))


def _created(request: ViewerRequest, device: Device, form: CheckForm) -> HttpResponse:
    made: list[tuple[Check, str]] = []

    def act() -> Answer:
        check, token = create_check(device=device, facts=form.facts, actor=request.viewer)
        made.append((check, token))
        return Answer.led_to(reverse("check", args=[check.pk]))

    sent = sorted((k, v) for k, v in request.POST.lists() if k != "csrfmiddlewaretoken")
    key = str(form.cleaned_data["submission"])
    answer = once(request.viewer, "check_new", key, fingerprint_of(form.kind, sent), act)
    if made and made[0][1]:
        return page(request, "monitoring/setup/address.html", _address(*made[0]))
    if made:
        messages.success(request, f"“{made[0][0]}” is asked from now on.")
    return go(request, answer.url)


def _apply(request: ViewerRequest, device: Device, form: PresetForm) -> str:
    way = Way(driver="network", host=form.cleaned_data["host"])
    codes = form.cleaned_data["checks"]
    made = apply_presets(device=device, codes=codes, way=way, actor=request.viewer)
    names = ", ".join(f"“{check}”" for check in made)
    messages.success(request, f"Asked from now on: {names}.")
    return reverse("device_setup", args=[device.pk])


def _asked(request: ViewerRequest, device: Device) -> tuple[str, Connection | None]:
    """Read `?kind=` and `?connection=`. Raises Missing for what this device does not offer."""
    kind, number = request.GET.get("kind", ""), request.GET.get("connection", "")
    if kind == HEARTBEAT:
        return kind, None
    connection = access_connection(request.viewer, row_number(number))
    offered = KINDS_OF_DRIVER.get(connection.driver, ())
    if connection.device_id != device.pk or kind not in offered or kind not in KINDS:
        raise Missing("There is no such check to add.", remedy="Choose one from the device's page.")
    return kind, connection


def _connection_of(request: ViewerRequest, check: Check) -> Connection | None:
    """Return the connection of a check, or the one that its editor's address names."""
    number = request.GET.get("connection", "")
    return access_connection(request.viewer, row_number(number)) if number else check.connection


def _question_context(
    device: Device, kind: str, connection: Connection | None, check: Check | None = None
) -> dict[str, Any]:
    query = f"?kind={kind}" + (f"&connection={connection.pk}" if connection else "")
    return {
        "device": device,
        "check": check,
        "kind": KINDS[kind],
        "connection": connection,
        "others": _others(device, kind, connection) if check else (),
        "can_test": connection is not None,
        "try_url": reverse("check_try", args=[device.pk]) + query,
        "query": query,
    }


def _others(device: Device, kind: str, connection: Connection | None) -> list[Connection]:
    """Return the other connections of the device that can carry a kind of check."""
    drivers = [driver for driver, kinds in KINDS_OF_DRIVER.items() if kind in kinds]
    rows = Connection.objects.filter(device=device, driver__in=drivers).order_by("pk")
    return [row for row in rows if row != connection]


def _question(request: ViewerRequest, request_id: int) -> HttpResponse:
    found = access_question(request.viewer, request_id)
    context = {"answer": answer_of(found), "device": found.device}
    return page_or_part(
        request, "monitoring/setup/question.html", "monitoring/setup/_question.html", context
    )


def _address(check: Check, token: str) -> dict[str, Any]:
    return {"check": check, "address": f"{settings.PORTAL_URL.rstrip('/')}/beat/{token}"}
