"""How a system is backed up: its plan, and a backup taken now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput, Missing, RuleBroken
from calcom_portal.common.pages import go, page
from contracts.access import access_device
from contracts.forms.fields import show_problem
from contracts.models import Device
from contracts.views.once import done_once
from upkeep.access import access_plan_of
from upkeep.actions.ask_backup import ask_backup
from upkeep.actions.pause_backup_plan import pause_backup_plan
from upkeep.actions.resume_backup_plan import resume_backup_plan
from upkeep.actions.set_backup_plan import set_backup_plan
from upkeep.drivers.proven import TESTED_ON
from upkeep.forms.plans import NAMES, PlanForm
from upkeep.models import BackupDriver, BackupPlan, Trigger

TAKE, MANAGE = Capability.TAKE_BACKUPS, Capability.MANAGE_BACKUPS


@needs(MANAGE)
@require_http_methods(["GET", "POST"])
def backup_plan(request: ViewerRequest, id: int) -> HttpResponse:
    """Make or change the plan of a system; `?driver=` says how its data comes to us."""
    device = access_device(request.viewer, id)
    plan = BackupPlan.objects.filter(device=device).first()
    driver = request.GET.get("driver", plan.driver if plan else "")
    if not driver:
        return page(request, "upkeep/backups/plan_choose.html", {"device": device, "ways": _ways()})
    if driver not in BackupDriver.values:
        raise Missing("There is no such way to back up.", remedy="Choose one of those offered.")
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, device=device, driver=driver, plan=plan)
    if data is not None and form.is_valid():
        try:
            return done_once(request, "backup_plan", form, lambda: _set(request, device, form))
        except BadInput as error:
            show_problem(form, error, NAMES)
        except RuleBroken as error:
            form.add_error(None, f"{error.message} {error.remedy}".strip())
    context = {
        "device": device,
        "plan": plan,
        "form": form,
        "driver": BackupDriver(driver),
        "tested_on": TESTED_ON[driver],
    }
    status = 422 if form.errors else 200
    return page(request, "upkeep/backups/plan_form.html", context, status=status)


@needs(MANAGE)
@require_POST
def backup_plan_pause(request: ViewerRequest, id: int) -> HttpResponse:
    """Take none by itself for a while, and expect none."""
    plan = access_plan_of(access_device(request.viewer, id))
    pause_backup_plan(plan=plan, actor=request.viewer)
    messages.success(request, "Paused: nothing is taken by itself, and no alarm is raised.")
    return go(request, reverse("device_backups", args=[id]))


@needs(MANAGE)
@require_POST
def backup_plan_resume(request: ViewerRequest, id: int) -> HttpResponse:
    """Take them again."""
    plan = access_plan_of(access_device(request.viewer, id))
    resume_backup_plan(plan=plan, actor=request.viewer)
    messages.success(request, "Backups are taken again.")
    return go(request, reverse("device_backups", args=[id]))


@needs(TAKE)
@require_POST
def device_backup_ask(request: ViewerRequest, id: int) -> HttpResponse:
    """Take a backup now; its page shows how far it is."""
    device = access_device(request.viewer, id)
    asked = ask_backup(device=device, trigger=Trigger.BY_HAND, actor=request.viewer)
    return go(request, reverse("backup", args=[asked.pk]))


def _ways() -> list[tuple[BackupDriver, str]]:
    return [(driver, TESTED_ON[driver]) for driver in BackupDriver]


def _set(request: ViewerRequest, device: Device, form: PlanForm) -> str:
    plan = set_backup_plan(device=device, wish=form.wish, actor=request.viewer)
    messages.success(request, f"The plan of {device.name} is saved.")
    if plan.driver == BackupDriver.DROP and not plan.drop_name:
        messages.info(request, "Open an account next, with which the system sends its backups.")
    return reverse("device_backups", args=[device.pk])
