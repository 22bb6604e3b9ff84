"""How devices are reached: ways in, and the keys of hosts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from contracts.access import access_device
from contracts.forms.fields import show_problem
from contracts.models import Device
from contracts.views.once import done_once
from monitoring.access import access_connection
from monitoring.actions.confirm_host_key import confirm_host_key
from monitoring.actions.create_connection import create_connection
from monitoring.actions.edit_connection import edit_connection
from monitoring.actions.remove_connection import remove_connection
from monitoring.asking import ask_soon
from monitoring.forms.connections import ConnectionForm, HostKeyForm
from monitoring.models import Check, Connection, Purpose
from monitoring.setup_page import answer_of, connection_line, key_in, newest_key_of
from monitoring.ways import HOST_KEY, LANGUAGES

CHANGE = Capability.MANAGE_MONITORING


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def connection_new(request: ViewerRequest, id: int) -> HttpResponse:
    """Say how a device is reached. The language stands in the address: it decides what is asked."""
    device = access_device(request.viewer, id)
    asked = request.GET.get("driver", "")
    driver = asked if asked in LANGUAGES else "network"
    form = ConnectionForm(
        request.POST if request.method == "POST" else None,
        device=device,
        driver=driver,
        initial={"host": request.GET.get("host", "")[:253]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(
                request, "connection_new", form, lambda: _create(request, device, form)
            )
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "device": device, "driver": driver, "languages": LANGUAGES}
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/connection_new.html", context, status=status)


@needs(CHANGE)
@require_GET
def connection(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one way to a device, and whether its host is vouched for."""
    found = access_connection(request.viewer, id)
    return page(request, "monitoring/setup/connection.html", _context(found))


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def connection_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Correct it."""
    found = access_connection(request.viewer, id)
    form = ConnectionForm(
        request.POST if request.method == "POST" else None,
        device=found.device,
        driver=_language_of(found),
        connection=found,
    )
    if request.method == "POST" and form.is_valid():
        try:
            edit_connection(connection=found, way=form.way, actor=request.viewer)
            messages.success(request, "The connection is saved.")
            return go(request, reverse("connection", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "connection": found, "line": connection_line(found)}
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/connection_edit.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def connection_remove(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what removing means, then do it."""
    found = access_connection(request.viewer, id)
    back = reverse("device_setup", args=[found.device_id])
    if request.method == "POST":
        remove_connection(connection=found, actor=request.viewer)
        messages.success(request, "The connection is gone.")
        return go(request, back)
    context = {
        "title": f"Remove the connection to {found.host}?",
        "cover": Cover("risk", "Nothing asks this way any more.", "Its credential stays."),
        "action_url": request.path,
        "confirm_label": "Remove connection",
        "risk": True,
        "cancel_url": reverse("connection", args=[found.pk]),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


@needs(CHANGE)
@require_POST
def host_key_look(request: ViewerRequest, id: int) -> HttpResponse:
    """Have the runner look which key the host shows. Nothing secret is sent."""
    found = access_connection(request.viewer, id)
    ask_soon(
        device=found.device,
        kind=HOST_KEY,
        settings={},
        connection=found,
        purpose=Purpose.HOST_KEY,
        actor=request.viewer,
    )
    return go(request, reverse("connection", args=[found.pk]))


@needs(CHANGE)
@require_POST
def host_key_confirm(request: ViewerRequest, id: int) -> HttpResponse:
    """Vouch for a fingerprint."""
    found = access_connection(request.viewer, id)
    form = HostKeyForm(request.POST)
    if form.is_valid():
        try:
            fingerprint = form.cleaned_data["fingerprint"]
            confirm_host_key(connection=found, fingerprint=fingerprint, actor=request.viewer)
            messages.success(request, "The host key is confirmed. Checks may sign in now.")
            return go(request, reverse("connection", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    context = {**_context(found), "form": form}
    return page(request, "monitoring/setup/connection.html", context, status=422)


def _language_of(connection: Connection) -> str:
    if connection.driver not in LANGUAGES:
        raise Missing("This connection cannot be changed.", remedy="Remove it, and make a new one.")
    return connection.driver


def _create(request: ViewerRequest, device: Device, form: ConnectionForm) -> str:
    made = create_connection(device=device, way=form.way, actor=request.viewer)
    messages.success(request, f"{LANGUAGES[made.driver].title} to {made.host} is set up.")
    if LANGUAGES[made.driver].has_host_key:
        return reverse("connection", args=[made.pk])
    return reverse("device_setup", args=[device.pk])


def _context(connection: Connection) -> dict[str, Any]:
    asked = newest_key_of(connection)
    seen = key_in(asked)
    checks = Check.objects.filter(connection=connection).order_by("pk")
    return {
        "connection": connection,
        "line": connection_line(connection),
        "checks": checks,
        "is_used": any(check.paused_at is None for check in checks),
        "answer": None if asked is None else answer_of(asked),
        "seen": seen,
        "is_same": bool(seen) and seen == connection.host_key,
        "form": HostKeyForm(initial={"fingerprint": seen}),
    }
