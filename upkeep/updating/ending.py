"""What follows a step of an update: the next one, or its end, told on the ticket."""

from __future__ import annotations

from datetime import timedelta

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.models import Device
from monitoring.actions.cancel_maintenance import cancel_maintenance
from monitoring.models import Maintenance
from tickets.actions import add_note, report_on_ticket
from upkeep.firmware.course import Ending, Step, after, changed_the_system
from upkeep.models import FirmwareUpdate
from upkeep.seen import see_version
from upkeep.updating.facts import write_fact
from upkeep.updating.labour import log_update
from upkeep.updating.notices import tell_trouble
from upkeep.updating.work import Came

WORKER = "Firmware"
MAINTENANCE = "maintenance"
LOOK_AGAIN, TRY_AGAIN = timedelta(seconds=2), timedelta(seconds=20)
# How often a step is tried, dead workers included. The update itself is never done twice; a
# customer's phones may stand still: the way back is tried longer.
TRIES = {
    Step.PREPARE: 3,
    Step.BACKUP: 3,
    Step.UPDATE: 1,
    Step.VERIFY: 4,
    Step.AFTERWARDS: 3,
    Step.ROLL_BACK: 6,
    Step.PROVE_BACK: 6,
}
SAID = {
    Ending.UPDATED: "{device} was updated and runs {target} now. Everything works as it did.",
    Ending.ROLLED_BACK: "The update of {device} did not work out, and was taken back at once: it"
    " runs {former}, as before. We look into it.",
}


def go_on(update: FirmwareUpdate, step: Step, came: Came) -> bool:
    """Write down what a step came to, and what is next; return whether it goes on at once.

    The update is locked, and its lease is the caller's.
    """
    if came.waits:
        return _wait(update, LOOK_AGAIN, attempts=0)
    if not came.is_done and not came.is_verdict and update.attempts < TRIES[step]:
        return _wait(update, TRY_AGAIN, attempts=update.attempts)
    write_fact(update, step.value, is_well=came.is_done, words=came.words)
    update.former = came.former or update.former
    update.baseline = {**update.baseline, **came.facts}
    if not came.is_done and step is not Step.PROVE_BACK and not update.problem:
        update.problem = came.words
    follows = came.ends or after(step, is_well=came.is_done)
    if isinstance(follows, Ending):
        end(update, follows)
        return False
    update.step, update.token, update.attempts = follows.value, "", 0
    update.look_at = database_now()
    update.save(
        update_fields=["step", "token", "attempts", "look_at", "former", "baseline", "problem"]
    )
    return True


def _wait(update: FirmwareUpdate, how_long: timedelta, *, attempts: int) -> bool:
    update.token, update.attempts = "", attempts
    update.look_at = database_now() + how_long
    update.save(update_fields=["token", "attempts", "look_at"])
    return False


def end(update: FirmwareUpdate, ending: Ending) -> None:
    """Write down how it ended, and tell whoever has to know. The update is locked."""
    now = database_now()
    update.state, update.token, update.look_at = ending.value, "", None
    update.ended_at = now
    update.save(
        update_fields=["state", "token", "look_at", "ended_at", "former", "baseline", "problem"]
    )
    runs = {Ending.UPDATED: update.target, Ending.ROLLED_BACK: update.former}.get(ending)
    if runs:
        device = Device.objects.select_for_update(no_key=True, of=("self",))
        see_version(device.get(pk=update.device_id), runs, source="Firmware update", at=now)
    actor = Viewer.system(WORKER, provider_id=update.provider_id)
    if ending is not Ending.STUCK:
        _end_outage(update, actor)
    # What the device ran already is no work.
    if ending is Ending.UPDATED and changed_the_system(Step(update.step)):
        log_update(update, actor)
    record(actor, f"update.{ending.value}", update, id=update.pk, device=update.device_id)
    _say_on_ticket(update, ending, actor)
    tell_trouble(update)


def _end_outage(update: FirmwareUpdate, actor: Viewer) -> None:
    """From now on silence is an outage again, unless a technician has to come first."""
    planned = update.baseline.get(MAINTENANCE)
    if planned is None:
        return
    # Planned work is the staff's: workers may read it only.
    with provider_scope(provider_id=update.provider_id):
        work = Maintenance.objects.filter(pk=planned, cancelled_at=None).first()
        if work is not None:
            cancel_maintenance(work=work, actor=actor)


def _say_on_ticket(update: FirmwareUpdate, ending: Ending, actor: Viewer) -> None:
    if update.ticket is None:
        return
    if template := SAID.get(ending):
        text = template.format(
            device=update.device.name, target=update.target, former=update.former
        )
        report_on_ticket(ticket=update.ticket, text=text, actor=actor)
    if update.problem:
        note = f"{update.device.name}: {update.get_state_display()}. {update.problem}"
        add_note(ticket=update.ticket, text=note, actor=actor)
