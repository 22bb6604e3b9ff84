"""What workers tell of backups: that a good one is missing, and that stored ones are damaged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed
from calcom_portal.common.tenancy import system_scope
from notifications.models import Notice
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import told
from tests.trail import trail
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.taking import take_backup
from tickets.models import Message, Ticket
from upkeep.actions.miss_backup import miss_backup
from upkeep.actions.note_damage import note_damage
from upkeep.backups.damage import Damage
from upkeep.models import Backup, BackupPart, BackupPlan, StoredObject

pytestmark = pytest.mark.django_db

START = "2026-06-15T10:00:00-07:00"
GONE = "Its file is gone."


@pytest.fixture
def worker(cast: Cast) -> Viewer:
    """Give a named worker of CalCom."""
    return Viewer.system("A test", provider_id=cast.calcom.pk)


@pytest.fixture(autouse=True)
def monday(database_time: DatabaseTime) -> None:
    database_time.set(START)


def texts(ticket: Ticket) -> list[str]:
    with system_scope("a test"):
        rows = Message.objects.filter(ticket_id=ticket.pk).order_by("pk")
        return list(rows.values_list("text", flat=True))


def missed(plan: BackupPlan, worker: Viewer) -> Ticket:
    with system_scope("a test"):
        rows = BackupPlan.objects.select_related("device__site", "customer", "ticket")
        return miss_backup(plan=rows.get(pk=plan.pk), actor=worker)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1, "1 h"), (24, "24 h"), (47.5, "47 h 30 m"), (48, "2 days"), (220, "9 days")],
)
def test_the_ticket_says_for_how_long_in_words_that_are_right_for_short_plans_too(
    cast: Cast, worker: Viewer, database_time: DatabaseTime, hours: float, words: str
) -> None:
    plan = plan_for(cast.phone_system)
    stored = backup_of(plan).stored_at
    assert stored is not None
    database_time.set(stored + timedelta(hours=hours))
    ticket = missed(plan, worker)
    [text] = texts(ticket)
    assert text == (
        f"There has been no good backup of Main phone system for {words}: the last one is of"
        " 15 June 2026, 10:00. We look into why, and take one. The system itself works."
    )


def test_a_missed_backup_opens_a_minor_ticket_and_tells_the_desk_why(
    cast: Cast, worker: Viewer, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan = plan_for(cast.phone_system)
    backup_of(plan, state="failed", level=0, stored_at=None, problem="No space left.")
    ticket = missed(plan, worker)
    assert (ticket.subject, ticket.kind, ticket.priority) == (
        "No good backup of Main phone system",
        "problem",
        "minor",
    )
    assert (ticket.device_id, ticket.reporter_id) == (cast.phone_system.pk, None)
    [text] = texts(ticket)
    assert text == (
        "There has been no good backup of Main phone system yet. We look into why, and take one."
        " The system itself works."
    )
    with system_scope("a test"):
        plan.refresh_from_db()
        notice = Notice.objects.get(kind="backup_missed")
    assert (plan.ticket_id, plan.alarmed_at, plan.alarm_at) == (ticket.pk, now, None)
    assert (notice.payload["since"], notice.payload["failure"]) == ("", "No space left.")
    assert told("backup_missed", of=ticket) == ["Priya Shah"]
    details = {"device": cast.phone_system.pk, "ticket": "CC-1001"}
    assert trail(cast, "backup.missed") == [("A test", details)]


def test_another_miss_goes_on_in_the_open_ticket_and_after_its_end_in_a_new_one(
    cast: Cast, worker: Viewer
) -> None:
    plan = plan_for(cast.phone_system)
    first = missed(plan, worker)
    assert missed(plan, worker).pk == first.pk
    assert len(texts(first)) == 2
    with system_scope("a test"):
        Ticket.objects.filter(pk=first.pk).update(state="closed")
    assert missed(plan, worker).reference == "CC-1002"


def test_people_miss_no_backup_and_note_no_damage(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    take_backup(cast.phone_system)
    found = [Damage(one.pk, GONE) for one in objects()]
    with acting(cast.ruth):
        with pytest.raises(NotAllowed):
            miss_backup(plan=plan, actor=cast.ruth)
        with pytest.raises(NotAllowed):
            note_damage(device=cast.phone_system, found=found, actor=cast.ruth)
        assert not Ticket.objects.exists()
        assert not StoredObject.objects.exclude(damaged_at=None).exists()


def objects(*, manifest: bool = False) -> list[StoredObject]:
    with system_scope("a test"):
        rows = StoredObject.objects.filter(manifest_of__isnull=not manifest)
        return list(rows.order_by("pk"))


def damage(cast: Cast, worker: Viewer, *which: StoredObject) -> Ticket | None:
    found = [Damage(one.pk, GONE) for one in which]
    with system_scope("a test"):
        return note_damage(device=cast.phone_system, found=found, actor=worker)


def test_a_part_that_two_backups_share_makes_both_count_no_more_and_one_due_now(
    cast: Cast, worker: Viewer, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan = plan_for(cast.phone_system, due_at=now + timedelta(hours=6))
    take_backup(cast.phone_system, b"one")
    take_backup(cast.phone_system, b"two")
    with system_scope("a test"):
        shared = StoredObject.objects.get(
            pk=BackupPart.objects.filter(name="db-asterisk")[0].stored_object_id
        )
    ticket = damage(cast, worker, shared)
    assert ticket is not None
    assert ticket.subject == "Backup of Main phone system cannot be read"
    [text] = texts(ticket)
    assert text == (
        "Backups of Main phone system (2026-06-15 17:00 UTC, 2026-06-15 17:00 UTC) could not be"
        " read again as they were stored. There is no other good backup of this system at the"
        " moment. We take a new one and look for the cause."
    )
    with system_scope("a test"):
        shared.refresh_from_db()
        plan.refresh_from_db()
        assert set(Backup.objects.values_list("damaged_at", flat=True)) == {now}
    assert (shared.damaged_at, shared.problem, shared.next_read_at) == (now, GONE, None)
    assert plan.due_at == now
    assert told("backup_damaged", of=ticket) == ["Priya Shah", "Ruth Lindqvist"]
    assert trail(cast, "backup.damaged") == [("A test", {"objects": 1, "backups": 2})]


def test_damage_that_is_known_gone_or_of_another_system_is_no_news(
    cast: Cast, worker: Viewer
) -> None:
    take_backup(cast.phone_system)
    known, gone = objects()
    take_backup(build_device(cast.market_street, "Gateway"))
    foreign = objects()[2]
    with system_scope("a test") as scope:
        StoredObject.objects.filter(pk=gone.pk).update(gone_at=scope.now)
    assert damage(cast, worker, known) is not None
    assert damage(cast, worker, known, gone, foreign) is None
    with system_scope("a test"):
        assert Ticket.objects.count() == 1
        bad = StoredObject.objects.exclude(damaged_at=None)
        assert list(bad.values_list("pk", flat=True)) == [known.pk]
    assert len(trail(cast, "backup.damaged")) == 1


def test_a_damaged_manifest_is_told_and_its_backup_counts_on(cast: Cast, worker: Viewer) -> None:
    plan = plan_for(cast.phone_system)
    stored = take_backup(cast.phone_system)
    ticket = damage(cast, worker, *objects(manifest=True))
    assert ticket is not None
    assert ticket.subject == "List kept beside a backup of Main phone system cannot be read"
    with system_scope("a test"):
        stored.refresh_from_db()
        plan.refresh_from_db()
    assert (stored.damaged_at, plan.due_at) == (None, None)
    assert trail(cast, "backup.damaged") == [("A test", {"objects": 1, "backups": 1})]
