"""Who may have what restored, and who confirms it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import AuditEntry, Membership
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import system_scope
from notifications.models import Notice
from tests.cast import Cast
from tests.stage import acting
from tests.upkeep.archives import SQL, SQL_END
from tests.upkeep.restores.system import PaperSystem
from tests.upkeep.restores.world import (
    again,
    confirmed,
    plan_with_way,
    prepared,
    stored_backup,
    wish_for,
)
from upkeep.actions.cancel_restore import cancel_restore
from upkeep.actions.confirm_restore import NOTHING_LEFT, confirm_restore
from upkeep.actions.prepare_restore import prepare_restore
from upkeep.actions.recheck_restore import recheck_restore
from upkeep.actions.resume_restore import resume_restore
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.device_lock import busy_with
from upkeep.drivers.giving import GIVERS
from upkeep.models import Backup, BackupPlan, Level, Restore, RestoreState
from upkeep.restores.second import PATIENCE
from upkeep.sweeps.run_restores import run_restores

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperSystem:
    made = PaperSystem(tmp_path / "system.json")
    monkeypatch.setitem(GIVERS, "ssh", made)
    return made


@pytest.fixture
def backup(cast: Cast, system: PaperSystem) -> Backup:
    plan_with_way(cast.phone_system)
    return stored_backup(cast.phone_system)


def confirm(restore: Restore, cast: Cast, **fields: object) -> Restore:
    usual = {
        "typed_name": "Main phone system",
        "accepted": [],
        "alone_reason": "",
        "actor": cast.marco,
    }
    given = {**usual, **fields}
    with acting(given["actor"]):  # type: ignore[arg-type]
        return confirm_restore(restore=restore, **given)  # type: ignore[arg-type]


def test_the_preflight_looks_at_the_system_and_changes_nothing(
    cast: Cast, system: PaperSystem, backup: Backup
) -> None:
    before = system.now
    restore = prepared(backup, cast.dana)
    assert restore.state == RestoreState.PREPARED
    assert restore.checked_at is not None
    assert [found["weight"] for found in restore.findings] == ["good"] * 6
    assert (system.now, system.calls) == (before, ["look"])


def test_a_customer_may_not_have_anything_restored(cast: Cast, backup: Backup) -> None:
    with acting(cast.amit), pytest.raises(NotAllowed):
        prepare_restore(wish=wish_for(backup), actor=cast.amit)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"parts": ("nothing",)}, "parts"),
        ({"begins_at": timedelta(hours=-1)}, "begins_at"),
        ({"ends_by": timedelta(hours=-1)}, "ends_by"),
        ({"ends_by": timedelta(hours=25)}, "ends_by"),
    ],
)
def test_a_wish_that_makes_no_sense_names_the_field(
    cast: Cast, backup: Backup, fields: dict[str, object], field: str
) -> None:
    with system_scope("a test") as scope:
        now = scope.now
    moved = {
        name: now + value if isinstance(value, timedelta) else value
        for name, value in fields.items()
    }
    with acting(cast.dana), pytest.raises(BadInput) as refused:
        prepare_restore(wish=wish_for(backup, **moved), actor=cast.dana)
    assert refused.value.field == field
    with system_scope("a test"):
        assert not Restore.objects.exists()


def test_a_system_whose_data_comes_by_hand_is_restored_by_hand(cast: Cast, backup: Backup) -> None:
    with system_scope("a test"):
        BackupPlan.objects.update(driver="manual")
    with acting(cast.dana), pytest.raises(RuleBroken, match="cannot write to Main phone system"):
        prepare_restore(wish=wish_for(backup), actor=cast.dana)


def test_there_is_one_restore_of_a_system_at_a_time(cast: Cast, backup: Backup) -> None:
    prepared(backup, cast.dana)
    with acting(cast.dana), pytest.raises(RuleBroken, match="is open already"):
        prepare_restore(wish=wish_for(backup), actor=cast.dana)


def test_another_person_confirms_and_types_the_name(cast: Cast, backup: Backup) -> None:
    restore = prepared(backup, cast.dana)
    with pytest.raises(BadInput) as refused:
        confirm(restore, cast, typed_name="main")
    assert refused.value.field == "typed_name"
    restore = confirm(restore, cast)
    assert restore.state == RestoreState.RUNNING
    assert restore.confirmed_by_id == cast.marco.membership_id
    assert restore.alone_reason == ""


def test_going_on_without_a_safety_backup_is_typed_by_somebody_else(
    cast: Cast, backup: Backup
) -> None:
    restore = prepared(backup, cast.dana, without_safety=True)
    with pytest.raises(RuleBroken, match="Somebody else confirms a restore that goes on without"):
        confirm(restore, cast, actor=cast.dana, alone_reason="Night.", nothing_left=NOTHING_LEFT)
    for typed in ("", "yes", "nothing left"):
        with pytest.raises(BadInput, match="Type the words nothing left to save") as refused:
            confirm(restore, cast, nothing_left=typed)
        assert refused.value.field == "nothing_left"
    assert again(restore).state == RestoreState.PREPARED
    confirm(restore, cast, nothing_left=" Nothing left to save ")
    assert again(restore).state == RestoreState.RUNNING
    with system_scope("a test"):
        assert '"nothing_left":true' in AuditEntry.objects.get(action="restore.confirmed").body


def test_whoever_asked_waits_for_the_others_who_were_told(cast: Cast, backup: Backup) -> None:
    restore = prepared(backup, cast.dana)
    with system_scope("a test"):
        told = set(
            Notice.objects.filter(kind="restore_waits").values_list("recipient__name", flat=True)
        )
    assert told == {"Marco Ruiz", "Priya Shah", "Ruth Lindqvist"}
    with pytest.raises(RuleBroken, match="Somebody else confirms"):
        confirm(restore, cast, actor=cast.dana, alone_reason="I am in a hurry.")
    assert again(restore).state == RestoreState.PREPARED


def test_where_nobody_else_is_there_whoever_asked_need_not_wait(cast: Cast, backup: Backup) -> None:
    restore = prepared(backup, cast.dana)
    with system_scope("everybody else has left"):
        others = Membership.objects.filter(provider=cast.calcom, customer=None)
        others.exclude(pk=restore.asked_by_id or 0).update(is_active=False)
    restore = confirm(restore, cast, actor=cast.dana, alone_reason="I am the only one here.")
    assert restore.state == RestoreState.RUNNING


def test_whoever_asked_confirms_alone_with_a_reason_only(cast: Cast, backup: Backup) -> None:
    restore = prepared(backup, cast.dana)
    with system_scope("nobody answers for ten minutes"):
        Restore.objects.update(asked_at=restore.asked_at - PATIENCE)
    with pytest.raises(BadInput) as refused:
        confirm(restore, cast, actor=cast.dana)
    assert refused.value.field == "alone_reason"
    assert again(restore).state == RestoreState.PREPARED
    restore = confirm(restore, cast, actor=cast.dana, alone_reason="Night, and nobody answers.")
    assert restore.alone_reason == "Night, and nobody answers."
    with system_scope("a test"):
        told = Notice.objects.filter(kind="restore_alone")
        assert set(told.values_list("recipient", flat=True)) == {
            cast.priya.membership_id,
            cast.ruth.membership_id,
        }
        assert {one.payload["reason"] for one in told} == {"Night, and nobody answers."}


def test_nobody_is_told_where_another_person_confirms(cast: Cast, backup: Backup) -> None:
    confirm(prepared(backup, cast.dana), cast)
    with system_scope("a test"):
        assert not Notice.objects.filter(kind="restore_alone").exists()


def test_an_open_question_has_to_be_accepted(
    cast: Cast, system: PaperSystem, backup: Backup
) -> None:
    system.firmware = "23.0"
    restore = prepared(backup, cast.dana)
    with pytest.raises(BadInput) as refused:
        confirm(restore, cast)
    assert refused.value.field == "accepted"
    assert confirm(restore, cast, accepted=["firmware"]).accepted == ["firmware"]


def test_what_stops_a_restore_cannot_be_accepted(
    cast: Cast, system: PaperSystem, backup: Backup
) -> None:
    system.free_bytes = 1
    restore = prepared(backup, cast.dana)
    with pytest.raises(RuleBroken, match="Make room first"):
        confirm(restore, cast, accepted=["space"])
    system.free_bytes = 10**12
    with acting(cast.dana):
        recheck_restore(restore=restore, actor=cast.dana)
    run_restores()
    assert confirm(again(restore), cast).state == RestoreState.RUNNING


def test_a_dump_with_a_routine_stops_it_before_anything_is_changed(
    cast: Cast, system: PaperSystem
) -> None:
    dump = SQL + b"CREATE DEFINER=`root`@`localhost` PROCEDURE `p`()\nSELECT 1\n;;\n" + SQL_END
    plan_with_way(cast.phone_system)
    restore = prepared(stored_backup(cast.phone_system, dump=dump), cast.dana)
    with pytest.raises(RuleBroken, match="The database a holds the procedure p, which the portal"):
        confirm(restore, cast, accepted=["dumps"])


def test_a_backup_that_nobody_opened_is_not_restored(cast: Cast, backup: Backup) -> None:
    with system_scope("a test"):
        Backup.objects.update(level=Level.READ)
    with pytest.raises(RuleBroken, match="was not checked yet"):
        confirm(prepared(backup, cast.dana), cast)


def test_a_system_that_cannot_be_looked_at_is_said_so_and_looked_at_again(
    cast: Cast, system: PaperSystem, backup: Backup
) -> None:
    system.failing = frozenset({"look"})
    with acting(cast.dana):
        restore = prepare_restore(wish=wish_for(backup), actor=cast.dana)
    run_restores()
    assert again(restore).problem == "It did not look."
    with pytest.raises(RuleBroken, match="was not looked at"):
        confirm(restore, cast)


def test_it_can_be_cancelled_until_it_begins(cast: Cast, backup: Backup) -> None:
    restore = confirmed(backup, cast.dana, cast.marco)
    with acting(cast.dana):
        assert cancel_restore(restore=restore, actor=cast.dana).state == RestoreState.CANCELLED
    run_restores()
    assert again(restore).begun_at is None
    second = confirmed(backup, cast.dana, cast.marco)
    run_restores()
    with acting(cast.dana), pytest.raises(RuleBroken, match="goes to an end by itself"):
        cancel_restore(restore=second, actor=cast.dana)


def test_a_system_is_busy_while_it_is_restored(cast: Cast, backup: Backup) -> None:
    with system_scope("a test"):
        assert busy_with(cast.phone_system.pk) is None
    restore = confirmed(backup, cast.dana, cast.marco)
    run_restores()
    with system_scope("a test"):
        assert busy_with(cast.phone_system.pk) == "A backup is being restored onto it."
        assert busy_with(cast.phone_system.pk, but=restore) is None


def test_only_what_is_stuck_can_be_tried_again(cast: Cast, backup: Backup) -> None:
    restore = prepared(backup, cast.dana)
    with acting(cast.dana), pytest.raises(RuleBroken):
        resume_restore(restore=restore, actor=cast.dana)


def test_a_rehearsal_needs_a_backup_that_was_opened(cast: Cast, backup: Backup) -> None:
    with system_scope("a test"):
        Backup.objects.update(level=Level.READ)
    with acting(cast.dana), pytest.raises(RuleBroken, match="no backup that a rehearsal"):
        start_rehearsal(device=cast.phone_system, actor=cast.dana)
    with system_scope("a test"):
        Backup.objects.update(level=Level.OPENED)
    with acting(cast.dana):
        start_rehearsal(device=cast.phone_system, actor=cast.dana)
    with acting(cast.dana), pytest.raises(RuleBroken, match="goes on"):
        start_rehearsal(device=cast.phone_system, actor=cast.dana)
