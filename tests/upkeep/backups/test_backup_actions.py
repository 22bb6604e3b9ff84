"""Backups that people release, take out and do without, and files that systems send."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import nothing_changes, opened
from tests.trail import trail
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.backups.world import build_backups
from upkeep.actions.begin_upload import begin_upload
from upkeep.actions.hand_out_part import hand_out_part
from upkeep.actions.release_backup import release_backup
from upkeep.actions.waive_backup import waive_backup
from upkeep.backups.marking import ready_store
from upkeep.models import Backup, BackupPart, BackupPlan, BackupWaiver
from upkeep.store.errors import ObjectMissing

pytestmark = pytest.mark.django_db

START = "2026-11-23T03:00:00+00:00"
LEASE = timedelta(minutes=5)


@pytest.fixture
def drop(cast: Cast) -> Viewer:
    """Give the worker that takes files in."""
    return Viewer.system("the drop", provider_id=cast.calcom.pk)


@pytest.fixture
def plan(cast: Cast, database_time: DatabaseTime) -> BackupPlan:
    """Give the plan of a system that sends its backups."""
    database_time.set(START)
    return plan_for(cast.phone_system, driver="drop", every_hours=None)


def states() -> list[str]:
    with system_scope("a test"):
        return list(Backup.objects.order_by("pk").values_list("state", flat=True))


def begin(plan: BackupPlan, actor: Viewer, file_name: str = "nightly.tar") -> Backup:
    with system_scope("a test"):
        return begin_upload(plan=plan, file_name=file_name, actor=actor)


def test_a_file_that_comes_is_a_backup_under_way_with_a_lease(
    plan: BackupPlan, drop: Viewer, cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    made = begin(plan, drop, "n" * 200)
    with system_scope("a test"):
        made.refresh_from_db()
    assert (made.state, made.trigger, made.level) == ("running", "pushed", 0)
    assert (made.device_id, made.plan_id) == (cast.phone_system.pk, plan.pk)
    assert (made.asked_at, made.begun_at, made.look_at) == (now, now, now + LEASE)
    assert made.step == f"Receiving {'n' * 150}"
    assert len(made.token) == 32
    details = {"device": cast.phone_system.pk, "name": made.name}
    assert trail(cast, "backup.received") == [("the drop", details)]


def test_a_second_file_waits_until_the_lease_of_the_first_is_over(
    plan: BackupPlan, drop: Viewer, cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    begin(plan, drop)
    database_time.set(now + LEASE - timedelta(seconds=1))
    with pytest.raises(RuleBroken, match=r"^Another backup of this system is being taken\.$"):
        begin(plan, drop)
    assert states() == ["running"]
    database_time.set(now + LEASE)
    begin(plan, drop)
    assert states() == ["failed", "running"]
    assert len(trail(cast, "backup.received")) == 2


def test_a_customer_begins_no_upload(plan: BackupPlan, cast: Cast) -> None:
    with acting(cast.amit), pytest.raises(NotAllowed):
        begin_upload(plan=plan, file_name="nightly.tar", actor=cast.amit)
    assert states() == []


def test_a_released_backup_is_held_by_nobody_and_releasing_again_writes_nothing(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    backup = backup_of(
        plan_for(cast.phone_system),
        held_at=now,
        held_by_id=cast.priya.membership_id,
        hold_reason="For the audit.",
    )
    with acting(cast.dana), pytest.raises(NotAllowed):
        release_backup(backup=backup, actor=cast.dana)
    with acting(cast.ruth):
        backup.refresh_from_db()
        assert backup.hold_reason == "For the audit."
        for _ in range(2):
            release_backup(backup=backup, actor=cast.ruth)
        backup.refresh_from_db()
    assert (backup.held_at, backup.held_by_id, backup.hold_reason) == (None, None, "")
    assert trail(cast, "backup.released") == [("Ruth Lindqvist", {})]


def part_of(cast: Cast) -> BackupPart:
    part_id = build_backups(cast)["part_id"]
    with acting(cast.priya):
        rows = BackupPart.objects.select_related("backup", "stored_object")
        found: BackupPart = rows.get(pk=part_id)
        return found


def test_a_part_leaves_as_it_is_stored_and_each_time_is_written_down(cast: Cast) -> None:
    store = ready_store()
    part = part_of(cast)
    writer = store.create(part.stored_object.key)
    writer.write(b"age-encryption.org/v1 and more")
    writer.commit()
    with acting(cast.priya):
        for _ in range(2):
            with hand_out_part(part=part, actor=cast.priya) as data:
                assert data.read() == b"age-encryption.org/v1 and more"
    assert trail(cast, "backup.handed_out") == [("Priya Shah", {"part": "config"})] * 2


def test_what_is_not_in_the_store_was_never_handed_out_and_technicians_take_nothing(
    cast: Cast,
) -> None:
    ready_store()
    part = part_of(cast)
    with acting(cast.priya), pytest.raises(ObjectMissing):
        hand_out_part(part=part, actor=cast.priya)
    with acting(cast.dana), pytest.raises(NotAllowed):
        hand_out_part(part=part, actor=cast.dana)
    assert trail(cast, "backup.handed_out") == []


def test_whoever_does_without_a_backup_stands_by_name_beside_the_reason(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    now = database_time.set("2026-06-15T12:00:00-07:00")
    with acting(cast.dana):
        waive_backup(
            ticket=ticket, device=cast.phone_system, reason=" It is dead. ", actor=cast.dana
        )
        waiver = BackupWaiver.objects.get()
    assert (waiver.ticket_id, waiver.device_id) == (ticket.pk, cast.phone_system.pk)
    assert (waiver.reason, waiver.given_name) == ("It is dead.", "Dana Okafor")
    assert (waiver.given_by_id, waiver.given_at) == (cast.dana.membership_id, now)
    assert trail(cast, "backup.waived") == [("Dana Okafor", {"device": cast.phone_system.pk})]


@pytest.mark.parametrize("reason", ["", " \t", "x" * 501, "It is\ndead."])
def test_without_a_good_reason_nothing_is_waived(
    cast: Cast, database_time: DatabaseTime, reason: str
) -> None:
    ticket, device = opened(cast, database_time), cast.phone_system
    with nothing_changes(ticket), acting(cast.dana):
        with pytest.raises(BadInput) as refused:
            waive_backup(ticket=ticket, device=device, reason=reason, actor=cast.dana)
        assert refused.value.field == f"backup-{device.pk}"
        assert not BackupWaiver.objects.exists()


def test_a_customer_waives_no_backup(cast: Cast, database_time: DatabaseTime) -> None:
    ticket, device = opened(cast, database_time), cast.phone_system
    with nothing_changes(ticket), acting(cast.amit), pytest.raises(NotAllowed):
        waive_backup(ticket=ticket, device=device, reason="It is dead.", actor=cast.amit)
    with acting(cast.dana):
        assert not BackupWaiver.objects.exists()
