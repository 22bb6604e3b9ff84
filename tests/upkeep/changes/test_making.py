"""The worker makes changes: backup, files, proof, backup; and takes back what does not work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import provider_scope, system_scope
from monitoring.probes.facts import Fact
from tests.cast import Cast
from tests.monitoring.builders import allow_loopback
from tests.monitoring.ssh_wire import Machine
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import told
from tests.upkeep.changes.files import DIALPLAN, PASSWORD, PJSIP
from tests.upkeep.changes.machine import phone_system
from tests.upkeep.changes.world import asked, build_changeable, ticket_for
from tickets.models import Message, Ticket
from upkeep.actions.make_change import make_change
from upkeep.actions.undo_change import undo_change
from upkeep.changing import carrying_out
from upkeep.changing.work import Came, Work
from upkeep.drivers import changing
from upkeep.models import Backup, Change, ChangeFile, ChangeStep, Level
from upkeep.sweeps.make_changes import LEASE, make_changes, take_further

pytestmark = pytest.mark.django_db
SECONDS = "2026-06-15T11:00:{:02}-07:00"


@dataclass
class Stage:
    """A phone system, its folder, a ticket about it, and the clock."""

    cast: Cast
    ticket: Ticket
    folder: Path
    machine: Machine
    time: DatabaseTime
    minutes: int = 0

    def file(self, name: str = "pjsip.conf") -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def prepare(self, kind: str = "add_extension", **given: str) -> Change:
        """Have a change asked for, and its files read."""
        change = asked(self.ticket, self.cast.dana, kind, **given)
        self.work()
        return self.fresh(change)

    def make(self, change: Change) -> Change:
        """Let it be made, and the worker and the keeper do all they can."""
        with acting(self.cast.dana):
            make_change(change=change, actor=self.cast.dana)
        return self.ended(change)

    def undo(self, change: Change) -> Change:
        """Have it undone, as `make` does."""
        with acting(self.cast.dana):
            return self.ended(undo_change(change=change, actor=self.cast.dana))

    def ended(self, change: Change) -> Change:
        for _ in range(12):
            self.work()
            self.keep()
            if self.fresh(change).look_at is None:
                break
            self.later()
        return self.fresh(change)

    def later(self) -> None:
        """Let a minute pass."""
        self.minutes += 1
        self.time.set(f"2026-06-15T11:{self.minutes:02}:00-07:00")

    def work(self) -> None:
        make_changes()

    def keep(self, **fields: Any) -> None:
        """Have the keeper take the backups that wait."""
        with system_scope("a test takes backups") as scope:
            usual = {"state": "stored", "level": Level.OPENED, "begun_at": scope.now}
            Backup.objects.filter(state="waiting").update(look_at=None, **usual | fields)

    def fresh(self, change: Change) -> Change:
        with provider_scope(provider_id=self.cast.calcom.pk):
            return Change.objects.select_related("before_backup", "after_backup").get(pk=change.pk)

    def steps(self, change: Change) -> list[str]:
        with provider_scope(provider_id=self.cast.calcom.pk):
            rows = ChangeStep.objects.filter(change=change).order_by("number")
            return [f"{row.code} {row.outcome}" for row in rows]

    def told(self) -> str:
        """Return the newest words on the ticket that the customer reads."""
        with acting(self.cast.elena):
            return str(Message.objects.latest("pk").text)

    def notes(self) -> str:
        """Return the newest internal note."""
        with acting(self.cast.dana):
            return str(Message.objects.filter(internal=True).latest("pk").text)


@pytest.fixture
def stage(
    cast: Cast, database_time: DatabaseTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    allow_loopback(cast.calcom.pk)
    # Nobody answers SIP there, and nothing settles by waiting.
    monkeypatch.setattr(changing, "PATIENCE", timedelta(milliseconds=20))
    monkeypatch.setattr(carrying_out, "PAUSE_SECONDS", 0)
    with phone_system(tmp_path) as machine:
        build_changeable(cast.phone_system, machine.target.port, config=str(tmp_path), services=[])
        ticket = ticket_for(cast, database_time)
        yield Stage(cast, ticket, tmp_path, machine, database_time)


FORTH = ["read done", "baseline done", "before done", "apply done", "verify done", "after done"]


def test_preparing_reads_the_files_and_changes_nothing(stage: Stage) -> None:
    change = stage.prepare()
    assert (change.state, change.problem, change.look_at) == ("ready", "", None)
    assert stage.file() == PJSIP
    assert not any("mv" in ran for ran in stage.machine.ran)
    with provider_scope(provider_id=stage.cast.calcom.pk):
        file = ChangeFile.objects.get()
    assert file.path == f"{stage.folder}/pjsip.conf"
    added = [line["text"] for line in file.diff if line["side"] == "in"]
    assert "[103](phone)" in added
    assert PASSWORD not in str(file.diff)


def test_a_change_is_made_between_two_backups_and_the_customer_is_told(stage: Stage) -> None:
    change = stage.make(stage.prepare())
    assert (change.state, change.problem) == ("made", "")
    assert "[103](phone)" in stage.file()
    assert stage.file("asterisk-ran") == "-rx core reload\n"
    assert stage.steps(change) == FORTH
    assert change.before_backup is not None
    assert change.after_backup is not None
    assert (change.before_backup.trigger, change.after_backup.trigger) == (
        "before_change",
        "after_change",
    )
    assert change.words == "Extension 103 (Front desk) was added."
    assert stage.told() == (
        "Extension 103 (Front desk) was added. A backup was taken before and after, and everything"
        " else works as it did."
    )
    # Nobody answers SIP there, and that is said.
    assert stage.notes().endswith("Nobody's sign-in could be tried.")


def test_owner_and_mode_of_a_file_stay_and_a_link_stays_a_link(stage: Stage) -> None:
    real = stage.folder / "real-extensions.conf"
    (stage.folder / "extensions.conf").rename(real)
    (stage.folder / "extensions.conf").symlink_to(real)
    real.chmod(0o640)
    change = stage.make(stage.prepare("forward"))
    assert change.state == "made"
    assert (stage.folder / "extensions.conf").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert "Goto(102,1)" in real.read_text(encoding="utf-8")
    assert sorted(path.name for path in stage.folder.glob("*portal*")) == []


def test_what_the_system_refuses_is_taken_back_by_itself(stage: Stage) -> None:
    change = stage.make(stage.prepare("rename_extension", name="broken"))
    assert (change.state, change.problem) == (
        "taken_back",
        "Loading the configuration failed (exit 1).",
    )
    assert stage.file() == PJSIP
    assert stage.steps(change)[3:] == [
        "apply failed",
        "apply failed",
        "put_back done",
        "verify_back done",
    ]
    assert change.after_backup is None
    with acting(stage.cast.elena):
        (public,) = Message.objects.exclude(pk=Message.objects.earliest("pk").pk)
    assert public.text.startswith("The change did not work out, and was taken back at once")
    assert "Loading the configuration failed" not in public.text
    assert "Loading the configuration failed" in stage.notes()
    assert told("change_taken_back", of=stage.ticket) == ["Dana Okafor", "Priya Shah"]


def test_what_breaks_the_system_is_taken_back_by_itself(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def registered(*_: Any) -> dict[str, Any]:
        is_broken = "exten => 600" in stage.file("extensions.conf")
        return {Fact.PHONES_REGISTERED.value: 1 if is_broken else 2}

    monkeypatch.setattr("upkeep.drivers.asterisk._registered", registered)
    change = stage.make(stage.prepare("ring_group"))
    assert (change.state, change.problem) == (
        "taken_back",
        "1 phones are registered; there were 2.",
    )
    assert stage.file("extensions.conf") == DIALPLAN


def test_what_can_be_neither_made_nor_taken_back_is_said_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = stage.prepare("rename_extension", name="broken")
    with acting(stage.cast.dana):
        make_change(change=change, actor=stage.cast.dana)
    stage.work()
    stage.keep()
    (stage.folder / "extensions.conf").write_text("; broken\n", encoding="utf-8")
    ended = stage.ended(change)
    assert (ended.state, ended.look_at) == ("stuck", None)
    assert stage.steps(change)[-6:] == ["put_back failed"] * 6
    assert stage.file() == PJSIP
    assert told("change_stuck", of=stage.ticket) == ["Dana Okafor", "Priya Shah"]
    assert stage.notes().startswith("Needs a technician now: Extension 101 will be called broken.")


def test_a_change_after_somebody_elses_is_not_made(stage: Stage) -> None:
    change = stage.prepare()
    (stage.folder / "pjsip.conf").write_text(f"{PJSIP}; by hand\n", encoding="utf-8")
    ended = stage.make(change)
    assert (ended.state, ended.problem) == (
        "failed",
        "The files were changed since the diff was made. Prepare the change anew.",
    )
    assert stage.file() == f"{PJSIP}; by hand\n"
    assert ended.before_backup is None


def test_without_a_backup_before_nothing_is_changed(stage: Stage) -> None:
    change = stage.prepare()
    with acting(stage.cast.dana):
        make_change(change=change, actor=stage.cast.dana)
    stage.work()
    stage.keep(state="failed", problem="The disk is full.")
    stage.later()
    stage.work()
    ended = stage.fresh(change)
    assert (ended.state, ended.problem) == ("failed", "The backup failed: The disk is full.")
    assert stage.file() == PJSIP


@pytest.mark.parametrize("flaw", [{"level": Level.READ}, {"damaged_at": "2026-06-15T18:00:00Z"}])
def test_a_backup_before_that_nobody_could_open_is_none(stage: Stage, flaw: dict[str, Any]) -> None:
    change = stage.prepare()
    with acting(stage.cast.dana):
        make_change(change=change, actor=stage.cast.dana)
    stage.work()
    stage.keep(**flaw)
    stage.later()
    stage.work()
    ended = stage.fresh(change)
    assert (ended.state, ended.problem) == (
        "failed",
        "The backup was stored, but could not be opened and checked.",
    )
    assert stage.file() == PJSIP


def test_a_backup_after_that_nobody_could_open_is_a_warning(stage: Stage) -> None:
    change = stage.prepare()
    with acting(stage.cast.dana):
        make_change(change=change, actor=stage.cast.dana)
    stage.work()
    stage.keep()
    stage.later()
    stage.work()
    stage.keep(level=Level.READ)
    ended = stage.ended(change)
    assert ended.state == "made"
    assert "The backup was stored, but could not be opened and checked." in ended.warnings


def test_a_backup_after_that_fails_is_a_warning_only(stage: Stage) -> None:
    change = stage.prepare()
    with acting(stage.cast.dana):
        make_change(change=change, actor=stage.cast.dana)
    stage.work()
    stage.keep()
    stage.later()
    stage.work()
    stage.keep(state="failed", problem="The disk is full.")
    ended = stage.ended(change)
    assert ended.state == "made"
    assert "The backup failed: The disk is full." in ended.warnings
    assert "A backup was taken before, and everything else works" in stage.told()


def test_what_does_not_fit_is_told_and_nothing_is_changed(stage: Stage) -> None:
    change = stage.prepare("remove_extension", number="500")
    assert (change.state, change.look_at) == ("failed", None)
    assert change.problem.startswith("There is no extension 500 in pjsip.conf.")
    assert stage.machine.ran


def test_a_made_change_is_undone_and_later_work_stays(stage: Stage) -> None:
    change = stage.make(stage.prepare())
    later = stage.file().replace("user_agent=LabPBX 22", "user_agent=LabPBX 23")
    (stage.folder / "pjsip.conf").write_text(later, encoding="utf-8")
    undo = stage.undo(change)
    assert (undo.state, undo.problem) == ("made", "")
    assert stage.file() == PJSIP.replace("user_agent=LabPBX 22", "user_agent=LabPBX 23")
    assert stage.fresh(change).undone_at is not None
    assert stage.told().startswith("Taken back: Extension 103 (Front desk) was added.")


def test_an_undo_that_would_undo_later_work_too_fails(stage: Stage) -> None:
    change = stage.make(stage.prepare("rename_extension"))
    later = stage.file().replace("Reception", "Somebody else")
    (stage.folder / "pjsip.conf").write_text(later, encoding="utf-8")
    undo = stage.undo(change)
    assert undo.state == "failed"
    assert undo.problem.startswith("The same lines were changed again since.")
    assert stage.file() == later


def test_a_machine_that_is_away_is_tried_again_and_then_given_up(stage: Stage) -> None:
    change = stage.prepare()
    with provider_scope(provider_id=stage.cast.calcom.pk):
        way = change.device.connections.get()
        way.port = 9
        way.save(update_fields=["port"])
    ended = stage.make(change)
    assert (ended.state, stage.steps(change)[1:]) == ("failed", ["baseline failed"] * 3)
    assert ended.problem == "The machine refused the connection."


Break = Callable[[Work], Came]


@pytest.mark.parametrize("step", ["read", "baseline", "apply", "verify", "put_back", "verify_back"])
def test_a_worker_that_dies_in_a_step_leaves_it_to_the_next_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The dead one had done the step on the system, and written nothing down."""
    dead: list[str] = []
    real = carrying_out.carry_out

    def dies_once(work: Work) -> Came:
        came = real(work)
        if work.step == step and not dead:
            dead.append(step)
            raise KeyboardInterrupt
        return came

    monkeypatch.setattr("upkeep.sweeps.make_changes.carry_out", dies_once)
    goes_wrong = step in ("put_back", "verify_back")
    name = "broken" if goes_wrong else "Reception"
    change = asked(stage.ticket, stage.cast.dana, "rename_extension", name=name)
    begun = False
    for _ in range(40):
        try:
            stage.work()
        except KeyboardInterrupt:
            assert take_further(change.pk) is None, "its lease holds others off"
            stage.minutes += int(LEASE.total_seconds() // 60)
        stage.keep()
        now = stage.fresh(change)
        if now.state == "ready" and not begun:
            begun = True
            with acting(stage.cast.dana):
                make_change(change=change, actor=stage.cast.dana)
        elif now.look_at is None:
            break
        stage.later()
    assert dead == [step]
    assert stage.fresh(change).state == ("taken_back" if goes_wrong else "made")
    assert ("Reception" in stage.file()) is not goes_wrong
    assert stage.file().count("callerid=") == (1 if goes_wrong else 2)
