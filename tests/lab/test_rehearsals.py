"""Rehearsals that start what was restored: a real Asterisk out of a real one's backup."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from django.conf import settings as configured

from calcom_portal.common.tenancy import system_scope
from notifications.models import OperatorAlarm
from tests.cast import Cast
from tests.faults.restorers import Place, die, killed_worker
from tests.lab.databases import is_mariadb_installed
from tests.lab.pbx import CONFIGURATION, TREE, is_asterisk_there
from tests.lab.phone_systems import Pbx, backed_up, whole_system, worked_off
from tests.stage import acting
from tests.upkeep.restores.world import again, is_running
from tickets.models import Ticket
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.models import Backup, Level, Restore, RestoreKind, RestoreState
from upkeep.restores.facts import facts_of
from upkeep.restores.pbx.laying_out import rewritten
from upkeep.restores.pbx.programs import program
from upkeep.restores.pbx.server import ScratchPbx
from upkeep.restores.scratch import PLACE, Scratch
from upkeep.restores.steps import Do, Step, next_move
from upkeep.sweeps.run_restores import run_restores

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_mariadb_installed(), reason="MariaDB is not installed."),
    pytest.mark.skipif(not is_asterisk_there(), reason="Asterisk could not be had here."),
]
STARTED = (
    "Started in an Asterisk 22.10.1 of our own with 2 extensions, 1 trunk, 1 mailbox, 1 context and"
    " 2 entries of its database, as in the backup."
)


@pytest.fixture
def cast(committed_cast: Cast) -> Cast:
    """Give people whose rows a worker's second connection sees as well."""
    return committed_cast


@pytest.fixture
def pbx(folder: Path, cast: Cast, settings: Any) -> Iterator[Pbx]:
    """Run a phone system that forwards two phones, beside a vault that has an Asterisk."""
    settings.REHEARSAL_ASTERISK = str(TREE)
    with whole_system(cast, folder, calls=1000) as made:
        yield made


@pytest.fixture
def scratch(settings: Any) -> Iterator[ScratchPbx]:
    """Give a phone system of ours with nothing of a backup in it."""
    settings.REHEARSAL_ASTERISK = str(TREE)
    place = Scratch.of(1)
    place.begin()
    yield ScratchPbx(place.place())
    place.clear()


def begun(cast: Cast) -> Restore:
    with acting(cast.dana):
        return start_rehearsal(device=cast.phone_system, actor=cast.dana)


def words_of(restore: Restore) -> str:
    with system_scope("a test"):
        return str(restore.steps.filter(code="boot").order_by("-number")[0].words)


def leftovers(restore: Restore) -> tuple[list[Path], list[str]]:
    """Return what lies in the vault, and which phone systems of ours run."""
    ran = subprocess.check_output(["ps", "-eo", "args"], text=True)
    ours = [line for line in ran.splitlines() if f"/{PLACE}" in line and "asterisk" in line]
    return list(Path(configured.REHEARSALS_DIR).iterdir()), ours


def test_a_rehearsal_starts_a_phone_system_with_all_that_the_backup_holds(
    cast: Cast, pbx: Pbx
) -> None:
    backup = backed_up(cast)
    done = worked_off(begun(cast))
    assert (done.state, done.problem) == (RestoreState.RESTORED, "")
    assert words_of(done) == STARTED
    assert done.started == {
        "version": "22.10.1",
        "extensions": 2,
        "trunks": 1,
        "contexts": 1,
        "mailboxes": 1,
        "entries": 2,
    }
    with system_scope("a test"):
        assert Backup.objects.get(pk=backup.pk).level == Level.PROVEN
    assert leftovers(done) == ([], [])
    assert pbx.signs_in()


def test_a_backup_that_no_phone_system_starts_from_fails_in_its_own_words(
    cast: Cast, pbx: Pbx
) -> None:
    """The one that runs has not read its files since they were spoilt."""
    path = pbx.folder / "etc/pjsip.conf"
    path.write_text(path.read_text().replace("[102](phone)", "[102(phone)", 1))
    backup = backed_up(cast)
    done = worked_off(begun(cast))
    assert done.state == RestoreState.FAILED
    assert done.problem == (
        "It has 0 extensions; there were 2. It has 0 trunks; there were 1. Asterisk says: parse"
        " error: no closing ']', line 28 of pjsip.conf. Asterisk says: Contents of config file"
        " 'pjsip.conf' are invalid and cannot be parsed."
    )
    with system_scope("a test"):
        assert Backup.objects.get(pk=backup.pk).level == Level.OPENED
        assert Ticket.objects.get().device_id == cast.phone_system.pk
    assert leftovers(done) == ([], [])


def test_an_asterisk_that_never_starts_is_our_own_fault(
    cast: Cast, pbx: Pbx, settings: Any
) -> None:
    pbx.folder.chmod(0o711)
    tree = pbx.folder / "tree"
    subprocess.run(["cp", "-as", str(TREE), str(tree)], check=True)
    (tree / "usr/sbin/asterisk").unlink()
    (tree / "usr/sbin/asterisk").symlink_to("/bin/false")
    settings.REHEARSAL_ASTERISK = str(tree)
    backed_up(cast)
    done = worked_off(begun(cast))
    assert done.state == RestoreState.FAILED
    assert done.problem == "The Asterisk of the vault ends at once, whatever it reads."
    with system_scope("a test"):
        assert not Ticket.objects.exists()
        assert OperatorAlarm.objects.get().kind == "rehearsals"


def test_a_killed_worker_leaves_no_phone_system_and_the_rehearsal_is_done_again(
    cast: Cast, pbx: Pbx
) -> None:
    backed_up(cast)
    restore = begun(cast)
    while next_of(restore) != Do(Step.BOOT):
        run_restores()
    killed_worker(RestoreKind.REHEARSAL.value, Step.BOOT, Place.HALF, in_asking)
    time.sleep(0.3)
    folders, running = leftovers(restore)
    assert running == []
    places = [note.name for folder in folders for note in (folder / ".places").iterdir()]
    assert len(places) == 2
    assert all(Path(gettempdir(), name).is_dir() for name in places)
    with system_scope("a test lets time pass") as scope:
        Restore.objects.filter(pk=restore.pk).update(look_at=scope.now)
    done = worked_off(restore)
    assert (done.state, done.problem, words_of(done)) == (RestoreState.RESTORED, "", STARTED)
    assert leftovers(restore) == ([], [])
    assert not any(Path(gettempdir(), name).exists() for name in places)


def next_of(restore: Restore) -> object:
    assert is_running(restore)
    with system_scope("a test"):
        return next_move(restore.kind, facts_of(again(restore)))


def in_asking() -> None:
    """Die while the phone system of the rehearsal runs and is asked."""
    usual: Callable[..., str] = ScratchPbx.ask

    def ask(pbx: ScratchPbx, command: str) -> str:
        said = usual(pbx, command)
        if command.startswith("pjsip"):
            die()
        return said

    ScratchPbx.ask = ask  # type: ignore[assignment, method-assign]


def test_nothing_that_a_configuration_names_is_run_and_nobody_is_called(
    scratch: ScratchPbx, tmp_path: Path
) -> None:
    """A hostile configuration: programs wherever one can be named, and a carrier that listens."""
    tmp_path.chmod(0o777)
    mark = tmp_path / "owned"
    carrier = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    carrier.bind(("127.0.0.1", 0))
    carrier.settimeout(3)
    text = CONFIGURATION["pjsip.conf"].format(
        port=5060, carrier_port=carrier.getsockname()[1], carrier_password="x"
    )
    text = text.replace("aors=carrier", "aors=carrier\nidentify_by=username")
    text = text.replace("[carrier]\ntype=aor", "[carrier]\ntype=aor\nqualify_frequency=1")
    dialplan = (
        f"#exec touch {mark}\n#exec /bin/touch {mark}\n#include /etc/passwd\n[globals]\n"
        f"A=${{SHELL(touch {mark})}}\nB=${{ENV(HOME)}}\n[internal]\n"
        f"exten => s,1,System(touch {mark})\nexten => 1,hint,PJSIP/101\n"
    )
    hostile = {
        "pjsip.conf": text,
        "extensions.conf": dialplan,
        "voicemail.conf": f"[general]\nexternnotify=touch {mark}\nmailcmd=touch {mark}\n",
        "cli.conf": f"[startup_commands]\n!touch {mark} = yes\ncore restart now = yes\n",
        "modules.conf": "[modules]\nautoload=yes\nload => app_system.so\n",
        "asterisk.conf": "[options]\nexecincludes=yes\nlive_dangerously=yes\n",
        "musiconhold.conf": f"[default]\nmode=custom\napplication=touch {mark}\n",
    }
    ours = program()
    scratch.lay_out(
        ours, {name: rewritten(told, "/etc/asterisk") for name, told in hostile.items()}
    )
    with scratch.running(ours) as started:
        assert (started.extensions, started.trunks, started.contexts) == (2, 1, 1)
        assert "app_system" not in started.modules
        # Registering and qualifying began at once, and every second again.
        with pytest.raises(TimeoutError):
            carrier.recv(1)
        scratch.ask(f"!touch {mark}")
        scratch.ask("channel originate Local/s@internal application NoOp")
    carrier.close()
    assert not mark.exists()
