"""Backups from outside: a technician's file, and accounts for systems that send theirs."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.submissions import Answer, fingerprint_of, once
from calcom_portal.common.errors import BadInput, TooLarge
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from contracts.access import access_device
from contracts.forms.fields import show_problem
from contracts.models import Device
from contracts.views.once import done_once
from tickets.access import access_ticket
from tickets.models import Ticket
from upkeep.access import access_drop_plan
from upkeep.actions.close_drop_account import close_drop_account
from upkeep.actions.open_drop_account import open_drop_account
from upkeep.actions.upload_backup import upload_backup
from upkeep.drop.fingerprints import host_fingerprints
from upkeep.forms.uploads import AccountForm, UploadForm
from upkeep.models import BackupPlan


@needs(Capability.TAKE_BACKUPS)
@require_http_methods(["GET", "POST"])
def backup_upload(request: ViewerRequest, id: int) -> HttpResponse:
    """Bring the backup of a system, for the work of `?ticket=` where there is one."""
    device = access_device(request.viewer, id)
    asked = request.GET.get("ticket", "")
    ticket = access_ticket(request.viewer, asked) if asked else None
    sent = request.method == "POST"
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        try:
            return done_once(
                request, "backup_upload", form, lambda: _uploaded(request, device, ticket, form)
            )
        except BadInput as error:
            show_problem(form, error)
        except TooLarge as error:
            form.add_error("file", f"{error.message} {error.remedy}")
    context = {"form": form, "device": device, "ticket": ticket}
    status = 422 if form.errors else 200
    return page(request, "upkeep/drop/upload.html", context, status=status)


@never_cache
@needs(Capability.MANAGE_BACKUPS)
@require_http_methods(["GET", "POST"])
def drop_account(request: ViewerRequest, id: int) -> HttpResponse:
    """Show how a system sends its backups; give it an account, or another secret."""
    plan = access_drop_plan(request.viewer, id)
    data = request.POST if request.method == "POST" else None
    form = AccountForm(data, initial={"keys": plan.drop_keys})
    if request.method == "POST" and form.is_valid():
        try:
            return _opened(request, plan, form)
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    context = {"form": form, "plan": plan, **_way()}
    return page(request, "upkeep/drop/account.html", context, status=status)


@needs(Capability.MANAGE_BACKUPS)
@require_http_methods(["GET", "POST"])
def drop_account_close(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what closing means, then do it."""
    plan = access_drop_plan(request.viewer, id)
    if request.method == "POST":
        close_drop_account(plan=plan, actor=request.viewer)
        messages.success(request, f"{plan.device.name} can send no backups any more.")
        return go(request, reverse("device_backups", args=[plan.device_id]))
    text = "What it has sent stays. Without new backups the alarm comes when it is due."
    context = {
        "title": f"Close the account of {plan.device.name}?",
        "cover": Cover("risk", "The system can send nothing from now on.", text),
        "action_url": request.path,
        "confirm_label": "Close account",
        "risk": True,
        "cancel_url": reverse("drop_account", args=[plan.pk]),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


def _uploaded(
    request: ViewerRequest, device: Device, ticket: Ticket | None, form: UploadForm
) -> str:
    data = form.cleaned_data
    backup = upload_backup(
        device=device,
        file=IncomingFile.of(data["file"]),
        firmware=data["firmware"],
        ticket=ticket,
        actor=request.viewer,
    )
    messages.success(request, f"The backup of {device.name} is stored.")
    if ticket is not None:
        return reverse("ticket_resolve", args=[ticket.reference])
    return reverse("backup", args=[backup.pk])


def _opened(request: ViewerRequest, plan: BackupPlan, form: AccountForm) -> HttpResponse:
    data, made = form.cleaned_data, []

    def act() -> Answer:
        made.append(open_drop_account(plan=plan, keys=data["keys"], actor=request.viewer))
        return Answer.led_to(reverse("drop_account", args=[plan.pk]))

    fingerprint = fingerprint_of(plan.pk, data["keys"])
    answer = once(request.viewer, "drop_account", str(data["submission"]), fingerprint, act)
    if not made:
        # Sent again: the secret is kept nowhere and cannot be shown a second time.
        return go(request, answer.url)
    plan, secret = made[0]
    context = {"plan": plan, "secret": secret, **_way()}
    return page(request, "upkeep/drop/secret.html", context)


def _way() -> dict[str, object]:
    host, _, port = settings.DROP_ADDRESS.rpartition(":")
    return {"host": host, "port": port, "fingerprints": host_fingerprints()}
