"""Rehearsals: the newest backup is restored beside the system, month by month."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from notifications.models import Notice, OperatorAlarm
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.web.helpers import text_of
from tests.upkeep.archives import DUMP, member, tar_of, tar_with
from tests.upkeep.restores.world import again, is_running, plan_with_way
from tests.upkeep.taking import begin_backup
from tickets.models import Ticket
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.backups.writing import BackupSink
from upkeep.models import Backup, Level, Restore, RestoreState
from upkeep.restores import mariadb
from upkeep.restores.choosing import Proof, proven_on
from upkeep.restores.facts import add_fact
from upkeep.restores.scratch import Scratch
from upkeep.restores.steps import Outcome, Step
from upkeep.restores.words import ended_words
from upkeep.sweeps.owe_rehearsals import owe_rehearsals
from upkeep.sweeps.run_restores import run_restores

pytestmark = pytest.mark.django_db
CONFIG = tar_of(**{"etc/asterisk/pjsip.conf": b"[101]\n", "etc/asterisk/extensions.conf": b"x"})


def kept(cast: Cast, *parts: tuple[str, str, bytes], **baseline: object) -> Backup:
    plan_with_way(cast.phone_system)
    sink = BackupSink(begin_backup(cast.phone_system))
    for name, form, data in parts or (("config", "tar", CONFIG),):
        with sink.part(name, form) as part:
            part.write(data)
            part.finish()
    return sink.finish(firmware="22.10.1", baseline=baseline)


def rehearse(cast: Cast) -> Restore:
    with acting(cast.dana):
        made = start_rehearsal(device=cast.phone_system, actor=cast.dana)
    for _ in range(10):
        run_restores()
        if not is_running(made):
            break
    return again(made)


def words_of(restore: Restore, step: str) -> str:
    with system_scope("a test"):
        return str(restore.steps.filter(code=step).order_by("-number")[0].words)


def test_a_backup_that_was_restored_is_proven(cast: Cast, settings: Any) -> None:
    backup = kept(cast)
    done = rehearse(cast)
    assert done.state == RestoreState.RESTORED
    assert words_of(done, "unpack") == "config: 2 files."
    with system_scope("a test"):
        backup = Backup.objects.get(pk=backup.pk)
        assert (backup.level, backup.proven_at) == (Level.PROVEN, done.ended_at)
        assert done.ended_at is not None
        proof = Proof(done.ended_at, "")
        assert proven_on([cast.phone_system.pk]) == {cast.phone_system.pk: proof}
    assert list(Path(settings.REHEARSALS_DIR).iterdir()) == []


def test_a_backup_of_which_a_part_was_left_out_is_not_proven(cast: Cast) -> None:
    backup = kept(cast, ("config", "tar", CONFIG), ("native", "raw", b"the maker's own" * 100))
    done = rehearse(cast)
    assert done.state == RestoreState.RESTORED
    assert words_of(done, "unpack") == (
        "config: 2 files. Only the maker's own tool can restore native: that was left out, and "
        "the backup is not proven."
    )
    with system_scope("a test"):
        backup = Backup.objects.get(pk=backup.pk)
        assert (backup.level, backup.proven_at) == (Level.OPENED, None)
        assert "the whole backup is not proven" in ended_words(done)


ASTERISK = {"settings": {"config": "/etc/asterisk", "astdb": "/var/lib/asterisk/astdb.sqlite3"}}


def of_asterisk(cast: Cast, *parts: tuple[str, str, bytes]) -> str:
    """Rehearse the backup of an Asterisk, and return what was said of starting it."""
    kept(cast, *parts, **ASTERISK)
    done = rehearse(cast)
    assert (done.state, done.problem, done.started) == (RestoreState.RESTORED, "", None)
    return words_of(done, "boot")


def test_nothing_is_started_from_what_is_no_asterisk_or_where_the_vault_has_none(
    cast: Cast, settings: Any
) -> None:
    settings.REHEARSAL_ASTERISK = "/nowhere"
    kept(cast)
    assert words_of(rehearse(cast), "boot") == "Not started: it is no backup of an Asterisk."


def test_a_vault_without_an_asterisk_says_so(cast: Cast) -> None:
    assert of_asterisk(cast) == (
        "Not started: the vault has no Asterisk of its own (REHEARSAL_ASTERISK)."
    )


def test_settings_that_only_link_out_of_the_backup_are_not_started(
    cast: Cast, settings: Any
) -> None:
    settings.REHEARSAL_ASTERISK = "/nowhere"
    link = member("etc/asterisk/pjsip.conf", tarfile.SYMTYPE, "/var/www/core/pjsip.conf")
    assert of_asterisk(cast, ("config", "tar", tar_with(link))) == (
        "Not started: etc/asterisk/pjsip.conf is only a link to /var/www/core/pjsip.conf, which the"
        " backup does not hold. Have that folder backed up too."
    )


def test_a_link_to_another_part_of_the_backup_is_followed(cast: Cast, settings: Any) -> None:
    settings.REHEARSAL_ASTERISK = "/nowhere"
    link = member("etc/asterisk/sorcery.conf", tarfile.SYMTYPE, "/var/www/core/sorcery.conf")
    realtime = tar_of(
        **{"var/www/core/sorcery.conf": b"[res_pjsip]\nendpoint=realtime,ps_endpoints\n"}
    )
    more = tar_of(**{"etc/asterisk/pjsip.conf": b"[101]\n"})
    kept(
        cast,
        ("config", "tar", tar_with(link)),
        ("files", "tar", realtime),
        ("more", "tar", more),
        **ASTERISK,
    )
    assert words_of(rehearse(cast), "boot") == (
        "Not started: its phones are read from a database, not from files."
    )


def test_a_setting_that_cannot_work_is_no_fault_of_the_backup(cast: Cast, settings: Any) -> None:
    settings.REHEARSAL_ASTERISK = "/nowhere"
    kept(cast, **ASTERISK)
    done = rehearse(cast)
    assert done.state == RestoreState.FAILED
    assert done.problem == (
        "REHEARSAL_ASTERISK: there is no /nowhere/usr/sbin/asterisk. Unpack an Asterisk there."
    )
    with system_scope("a test"):
        assert not Ticket.objects.exists()
        assert OperatorAlarm.objects.get().kind == "rehearsals"


STARTED = {
    "version": "22.10.1",
    "extensions": 38,
    "trunks": 1,
    "contexts": 9,
    "mailboxes": 4,
    "entries": 120,
}
IN_WORDS = (
    "Its configuration started in a telephone system of our own with 38 extensions and 1 trunk."
)


def test_both_sides_read_that_a_phone_system_was_started_from_the_backup(cast: Cast) -> None:
    backup = kept(cast)
    done = rehearse(cast)
    dana, elena = browser_of(cast.dana), browser_of(cast.elena)
    pages = {
        dana: (f"/devices/{cast.phone_system.pk}/backups/", f"/backups/{backup.pk}/"),
        elena: ("/our-backups/",),
    }
    seen = [(who, page) for who, some in pages.items() for page in some]
    assert not any(IN_WORDS in text_of(who.get(page)) for who, page in seen)
    with system_scope("a test"):
        Restore.objects.filter(pk=done.pk).update(started=STARTED)
    assert [page for who, page in seen if IN_WORDS not in text_of(who.get(page))] == []
    assert ended_words(again(done)).endswith(f": it is proven. {IN_WORDS}")


def test_links_and_devices_of_an_archive_are_left_out(cast: Cast, settings: Any) -> None:
    scratch = Scratch.of(7)
    scratch.begin()
    hostile = tar_with(member("etc/link", tarfile.SYMTYPE, "/etc/passwd"))
    folder = scratch.folder
    with (folder.parent / "hostile.tar").open("wb") as target:
        target.write(hostile)
    with (folder.parent / "hostile.tar").open("rb") as plain:
        assert scratch.unpack("config", plain).count == 0
    assert [path for path in folder.rglob("*") if path.is_symlink()] == []


def test_an_archive_cannot_leave_its_folder(cast: Cast) -> None:
    scratch = Scratch.of(8)
    scratch.begin()
    path = scratch.folder / "hostile.tar"
    path.write_bytes(tar_with(member("../../outside"), b"x"))
    with path.open("rb") as plain, pytest.raises(Exception, match="cannot be unpacked"):
        scratch.unpack("config", plain)
    assert not (scratch.folder.parent / "outside").exists()


def test_a_backup_that_cannot_be_restored_is_a_ticket_and_told(cast: Cast, settings: Any) -> None:
    backup = kept(cast)
    # Somebody changed the object since it was opened last.
    stored = next(Path(settings.BACKUP_STORE).rglob("config.zst.age"))
    stored.chmod(0o600)
    content = bytearray(stored.read_bytes())
    content[-20] ^= 1
    stored.write_bytes(content)
    done = rehearse(cast)
    assert done.state == RestoreState.FAILED
    with system_scope("a test"):
        ticket = Ticket.objects.get()
        assert ticket.subject == (
            "The backup of Main phone system could not be restored in a rehearsal"
        )
        told = set(
            Notice.objects.filter(kind="rehearsal_failed").values_list("recipient", flat=True)
        )
        assert Backup.objects.get(pk=backup.pk).level == Level.OPENED
    assert told == {cast.priya.membership_id, cast.ruth.membership_id}
    assert list(Path(settings.REHEARSALS_DIR).iterdir()) == []


def test_what_the_vault_lacks_is_no_fault_of_the_backup(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mariadb, "PATH", "/nowhere")
    dump = b"-- MariaDB dump 10.19\nCREATE TABLE t (a int);\n-- Dump completed\n"
    kept(cast, ("db-a", "sql", dump))
    done = rehearse(cast)
    assert done.state == RestoreState.FAILED
    assert "The vault has no MariaDB server" in done.problem
    with system_scope("a test"):
        assert not Ticket.objects.exists()
        assert OperatorAlarm.objects.get().kind == "rehearsals"


def test_each_system_is_owed_one_a_month(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-11-28T12:00+00:00")
    kept(cast)
    assert owe_rehearsals() == 1
    assert owe_rehearsals() == 0
    with system_scope("a test"):
        owed = Restore.objects.get()
        assert (owed.kind, str(owed.month), owed.asked_by_id) == ("rehearsal", "2026-11-01", None)
    for _ in range(5):
        run_restores()
    database_time.set("2026-12-28T12:00+00:00")
    assert owe_rehearsals() == 1


def test_a_rehearsal_that_failed_by_our_fault_is_tried_again_the_next_days(
    cast: Cast, database_time: DatabaseTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mariadb, "PATH", "/nowhere")
    database_time.set("2026-11-22T12:00+00:00")
    kept(cast, ("db-a", "sql", DUMP))
    owed = []
    for day in range(22, 31):
        database_time.set(f"2026-11-{day}T12:00:{day}+00:00")
        owed.append(owe_rehearsals())
        assert owe_rehearsals() == 0
        for _ in range(5):
            run_restores()
    assert owed == [1, 1, 1, 1, 1, 1, 1, 0, 0]
    with system_scope("a test"):
        months = Restore.objects.order_by("pk").values_list("month", flat=True)
        assert [str(month) for month in months] == ["None"] * 6 + ["2026-11-01"]


def test_a_rehearsal_that_found_the_backup_bad_is_not_tried_again(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-22T12:00+00:00")
    kept(cast)
    assert owe_rehearsals() == 1
    with system_scope("a test"):
        owed = Restore.objects.get()
        add_fact(owed, Step.UNPACK, Outcome.BEGAN)
        add_fact(owed, Step.UNPACK, Outcome.FAILED, "config cannot be unpacked.")
    for _ in range(5):
        run_restores()
    assert again(owed).state == RestoreState.FAILED
    database_time.set("2026-11-24T12:00+00:00")
    assert owe_rehearsals() == 0


def test_nothing_is_owed_for_a_plan_that_is_paused_or_rehearses_nothing(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-28T12:00+00:00")
    backup = kept(cast)
    with system_scope("a test"):
        backup.plan.rehearses = False
        backup.plan.save(update_fields=["rehearses"])
    assert owe_rehearsals() == 0


def test_a_backup_of_the_makers_own_file_cannot_be_rehearsed(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-28T12:00+00:00")
    kept(cast, ("native", "raw", b"the maker's own bytes" * 100))
    assert owe_rehearsals() == 0
