"""The worker: a backup, the update, its proof; back by itself; waves, hours, dead workers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import Device
from monitoring.models import Connection, Credential, Maintenance
from notifications.models import Notice
from tests.builders import build_contract, build_device, build_site
from tests.monitoring.builders import build_connection
from tests.monitoring.ssh_wire import LOGIN
from tests.stage import acting
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.firmware.night import NIGHT, Night
from tests.upkeep.firmware.world import (
    planned,
    runs,
)
from upkeep.actions.answer_campaign import answer_campaign
from upkeep.actions.leave_out_update import leave_out_update
from upkeep.actions.resume_campaign import resume_campaign
from upkeep.actions.start_campaign import start_campaign
from upkeep.device_lock import busy_with
from upkeep.drivers.base import Finding
from upkeep.firmware.course import Step
from upkeep.models import (
    Backup,
    BackupPlan,
    FirmwareUpdate,
    Level,
)
from upkeep.sweeps import run_firmware as sweep
from upkeep.sweeps.run_firmware import run_firmware
from upkeep.updating import carrying_out
from upkeep.updating.holding import LEASE

pytestmark = pytest.mark.django_db

WELL = ["prepare done", "backup done", "update done", "verify done", "afterwards done"]


def notices(kind: str) -> list[str]:
    with system_scope("a test reads notices"):
        rows = Notice.objects.filter(kind=kind).order_by("recipient__name")
        return sorted(set(rows.values_list("recipient__name", flat=True)))


def test_a_device_is_updated_between_two_backups_in_its_hours(night: Night) -> None:
    night.start()
    assert night.run().state == "planned"
    night.at(NIGHT)
    update = night.run()
    assert (update.state, update.problem, night.steps()) == ("updated", "", WELL)
    assert night.driver.asked == ["version", "prepare", "update", "verify"]
    assert night.seen() == "22.10.2, Firmware update"
    assert night.told().endswith("was updated and runs 22.10.2 now. Everything works as it did.")
    assert night.campaign.state == "done"
    with acting(night.cast.dana):
        triggers = list(Backup.objects.order_by("pk").values_list("trigger", flat=True))
        work = Maintenance.objects.get()
    assert triggers == ["before_firmware", "after_firmware"]
    assert work.cancelled_at is not None


def test_what_does_not_work_afterwards_is_taken_back(night: Night) -> None:
    night.driver.found["verify 22.10.2"] = [Finding("phones", "Nine phones stay away.", True)]
    night.start()
    night.at(NIGHT)
    update = night.run()
    assert (update.state, update.problem) == ("rolled_back", "Nine phones stay away.")
    assert night.driver.runs == "22.10.1"
    assert night.steps() == [*WELL[:3], "verify failed", "roll_back done", "prove_back done"]
    assert night.seen() == "22.10.1, Firmware update"
    assert "was taken back at once: it runs 22.10.1, as before" in night.told()
    assert notices("firmware_failed") == ["Priya Shah", "Ruth Lindqvist"]


def test_an_update_that_fails_is_not_done_twice_and_taken_back(night: Night) -> None:
    night.driver.fails = {"update"}
    night.start()
    night.at(NIGHT)
    assert night.run().state == "rolled_back"
    assert night.driver.asked.count("update") == 1


def test_what_can_neither_be_done_nor_taken_back_is_said_at_once(night: Night) -> None:
    night.driver.fails = {"update", "roll_back"}
    night.start()
    night.at(NIGHT)
    update = night.run()
    assert (update.state, update.problem) == ("stuck", "It would not update.")
    assert night.driver.asked.count("roll_back") == 6
    assert notices("firmware_stuck") == ["Priya Shah", "Ruth Lindqvist"]
    with acting(night.cast.dana):
        assert Maintenance.objects.get().cancelled_at is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "failed", "problem": "No room."}, "The backup failed: No room."),
        ({"level": Level.READ}, "No verified backup was there in time."),
    ],
)
def test_nothing_is_updated_without_a_verified_backup(
    night: Night, fields: dict[str, Any], words: str
) -> None:
    night.start()
    night.at(NIGHT)
    run_firmware()
    night.keep(**fields)
    night.later(timedelta(minutes=46))
    run_firmware()
    assert (night.update.state, night.update.problem) == ("failed", words)
    assert "update" not in night.driver.asked


def test_a_bad_finding_changes_nothing(night: Night) -> None:
    night.driver.found["prepare"] = [Finding("space", "The disk is full.", is_bad=True)]
    night.start()
    night.at(NIGHT)
    update = night.run()
    assert (update.state, update.problem) == ("failed", "The disk is full.")
    assert night.steps() == ["prepare failed"]
    assert night.campaign.state == "done"


def test_a_device_that_has_it_already_is_left_as_it_is(night: Night) -> None:
    night.driver.runs = "22.10.2"
    night.start()
    night.at(NIGHT)
    assert (night.run().state, night.steps()) == ("updated", ["prepare done"])


@pytest.mark.parametrize(
    ("version", "state"),
    [("22.10.2", "updated"), ("1:22.10.2-1", "updated"), ("22.10.1", "rolled_back")],
)
def test_what_a_dead_worker_began_is_looked_at_and_not_done_again(
    night: Night, version: str, state: str
) -> None:
    night.start()
    night.at(NIGHT)
    run_firmware()
    with system_scope("a worker died in it") as scope:
        FirmwareUpdate.objects.update(
            step=Step.UPDATE.value, attempts=1, token="dead", look_at=scope.now + LEASE
        )
    night.driver.runs, night.driver.packed = version, "-1"
    run_firmware()
    assert night.update.step == Step.UPDATE
    assert night.run().state == state
    assert "update" not in night.driver.asked


def test_a_device_that_ends_in_the_middle_of_an_update_is_taken_back(night: Night) -> None:
    night.start()
    night.at(NIGHT)
    run_firmware()
    with system_scope("a worker died in it") as scope:
        FirmwareUpdate.objects.update(
            step=Step.UPDATE.value, attempts=1, token="dead", look_at=scope.now
        )
    night.driver.fails = {"version"}
    assert night.run().state == "rolled_back"
    assert "update" not in night.driver.asked
    assert night.steps()[-3:] == ["update failed", "roll_back done", "prove_back done"]


@pytest.mark.parametrize("step", [Step.PREPARE, Step.BACKUP, Step.VERIFY, Step.AFTERWARDS])
def test_another_worker_goes_on_where_one_died(night: Night, step: Step) -> None:
    night.start()
    night.at(NIGHT)
    run_firmware()
    if step in (Step.VERIFY, Step.AFTERWARDS):
        night.driver.runs = "22.10.2"
    with system_scope("a worker died in it") as scope:
        baseline = {} if step is Step.PREPARE else {"system": {"phones": 12}}
        FirmwareUpdate.objects.update(
            step=step.value, attempts=1, token="dead", look_at=scope.now + LEASE, baseline=baseline
        )
    assert night.run().state == "updated"


def test_a_worker_whose_lease_was_lost_writes_nothing(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.start()
    night.at(NIGHT)

    def stolen(work: Any) -> Any:
        FirmwareUpdate.objects.none()
        with system_scope("another worker takes it"):
            FirmwareUpdate.objects.update(token="another")
        return carrying_out.carry_out(work)

    monkeypatch.setattr(sweep, "carry_out", stolen)
    run_firmware()
    assert night.steps() == []


def test_nothing_begins_on_a_system_that_is_busy(night: Night) -> None:
    night.start()
    with acting(night.cast.dana):
        plan = BackupPlan.objects.get(device=night.cast.phone_system)
    backup = backup_of(plan, state="running", stored_at=None)
    night.at(NIGHT)
    run_firmware()
    assert night.update.state == "planned"
    with provider_scope(provider_id=night.cast.calcom.pk):
        Backup.objects.filter(pk=backup.pk).update(state="stored")
    run_firmware()
    assert night.update.state == "running"
    with acting(night.cast.dana):
        assert busy_with(night.cast.phone_system.pk) == "Its firmware is being updated."


def test_nothing_begins_before_the_customer_agrees(night: Night) -> None:
    night.start(asks_consent=True)
    night.at(NIGHT)
    assert night.run().state == "asking"
    with acting(night.cast.amit):
        updates = list(FirmwareUpdate.objects.all())
        answer_campaign(updates=updates, agreed=True, actor=night.cast.amit)
    assert night.run().state == "updated"


def more_devices(night: Night, count: int) -> list[Device]:
    """Have Bayview own more phone systems of the model, each at a site of its own."""
    made = []
    with acting(night.cast.dana):
        usual = BackupPlan.objects.get(device=night.cast.phone_system)
    for number in range(count):
        device = build_device(build_site(night.cast.bayview, f"Site {number}"), f"PBX {number}")
        with acting(night.cast.ruth):
            Device.objects.filter(pk=device.pk).update(product_model=night.release.product_model)
        plan_for(device, driver="asterisk", connection=_way(device), settings=usual.settings)
        build_contract(night.cast.bayview, device=device, clauses=["FIRMWARE"])
        runs(night.cast, device, "22.10.1")
        made.append(device)
    return made


def _way(device: Device) -> Connection:
    with provider_scope(provider_id=device.provider_id):
        credential = Credential.objects.get()
    fields: dict[str, Any] = {"driver": "ssh", "port": 22, "credential": credential}
    return build_connection(device, host_key=LOGIN.host_key, **fields)


def states(night: Night) -> list[tuple[int, str]]:
    with acting(night.cast.dana):
        rows = FirmwareUpdate.objects.order_by("wave", "pk")
        return list(rows.values_list("wave", "state"))


def test_the_next_wave_waits_until_the_first_has_rested(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "UPDATERS", {"apt": night.driver})
    more_devices(night, 2)
    night.start(rest_hours=24)
    night.at(NIGHT)
    night.run()
    assert states(night) == [(1, "updated"), (2, "planned"), (2, "planned")]
    night.at(NIGHT + timedelta(hours=23, minutes=59))
    run_firmware()
    assert states(night)[1:] == [(2, "planned"), (2, "planned")]
    night.driver.runs = "22.10.1"
    night.at(NIGHT + timedelta(hours=25))
    night.run()
    assert {state for _, state in states(night)} == {"updated"}
    assert night.campaign.state == "done"


def test_too_many_failures_pause_the_campaign_and_staff_are_told(night: Night) -> None:
    more_devices(night, 2)
    night.driver.fails = {"update"}
    campaign = night.start(rest_hours=0)
    night.at(NIGHT)
    night.run()
    assert states(night) == [(1, "rolled_back"), (2, "planned"), (2, "planned")]
    assert (night.campaign.state, night.campaign.ended_at) == ("paused", None)
    assert notices("campaign_paused") == ["Priya Shah", "Ruth Lindqvist"]
    night.driver.fails = set()
    with acting(night.cast.priya):
        resume_campaign(campaign=campaign, actor=night.cast.priya)
    night.run()
    assert states(night)[1:] == [(2, "updated"), (2, "updated")]


def test_a_campaign_of_which_nothing_is_left_is_done(night: Night) -> None:
    campaign = planned(night.cast, night.release, asks_consent=False)
    with acting(night.cast.priya):
        start_campaign(campaign=campaign, actor=night.cast.priya)
        leave_out_update(update=night.update, actor=night.cast.priya)
    run_firmware()
    assert night.campaign.state == "done"
