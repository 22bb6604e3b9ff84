"""OpenSSH puts files into the drop as it runs in production; lines and processes die."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from calcom_portal.common.tenancy import database_now, system_scope
from tests.cast import Cast
from tests.faults.children import ROOT
from tests.lab.memory import peak
from tests.lab.servers import Running, listens, running, until
from tests.ports import free_port
from tests.upkeep.archives import tar_of
from tests.upkeep.drop.test_accounts import line_of, opened
from tests.vault_keys import BREAK_GLASS_IDENTITY
from upkeep.drop.session import BROKEN_OFF
from upkeep.models import Backup, BackupPart, BackupPlan, BackupState, Level
from upkeep.store.objects import object_store
from upkeep.store.parts import open_part

pytestmark = pytest.mark.lab
NIGHTLY = gzip.compress(tar_of(**{"voicemail.wav": random.Random(7).randbytes(20_000_000)}), 1)
LARGE = 120_000_000
# What the drop may take besides what it took for a file of 20 MB.
MOST_MB = 40


@dataclass(frozen=True)
class Site:
    """A system with OpenSSH, its account, and the drop's port."""

    folder: Path
    plan: BackupPlan
    drop: Running

    def command(self, *options: str) -> list[str]:
        """Return how sftp is called; the host key is the one that the account's page shows."""
        return [
            *("sftp", "-b", "-", "-F", "none", "-i", str(self.folder / "key"), *options),
            *("-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}"),
            *("-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"),
            *("-P", str(self.drop.target.port), f"{self.plan.drop_name}@127.0.0.1"),
        ]

    def sftp(self, *lines: str) -> subprocess.CompletedProcess[str]:
        """Have sftp do something to its end."""
        text = "\n".join(lines) + "\n"
        return subprocess.run(
            self.command(), input=text, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.fixture
def site(committed_cast: Cast, folder: Path, settings: Any) -> Iterator[Site]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(folder / "key")
    (folder / "key").chmod(0o600)
    (folder / "nightly.tar.gz").write_bytes(NIGHTLY)
    plan, _ = opened(committed_cast, keys=line_of(key))
    with drop_process(folder, settings) as drop:
        public = (folder / "var" / "drop-keys" / "ssh-ed25519.pub").read_text()
        known = f"[127.0.0.1]:{drop.target.port} {public}"
        (folder / "known_hosts").write_text(known)
        yield Site(folder, plan, drop)


def drop_process(folder: Path, settings: Any) -> Any:
    """Run the drop as production does."""
    port = free_port()
    places = {
        "PORTAL_VAR": str(folder / "var"),
        "DROP_PORT": str(port),
        "BACKUP_STORE": str(settings.BACKUP_STORE),
        "VAULT_IDENTITY": "",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "drop"]
    return running(command, folder, port, lambda: listens(port), **{**os.environ, **places})


def newest() -> Backup | None:
    with system_scope("look"):
        return Backup.objects.order_by("pk").last()


def has_begun() -> bool:
    return newest() is not None


def is_over() -> bool:
    backup = newest()
    return backup is not None and backup.state != BackupState.RUNNING


def objects_in(settings: Any) -> list[str]:
    return [path.name for path in Path(settings.BACKUP_STORE).rglob("[!.]*") if path.is_file()]


def test_a_file_that_openssh_puts_opens_again_byte_for_byte(site: Site) -> None:
    put = site.sftp(f"put -p {site.folder}/nightly.tar.gz ../../etc/nightly.tar.gz")
    assert (put.returncode, put.stderr) == (0, "")
    backup = newest()
    assert backup is not None
    assert (backup.state, backup.level) == (BackupState.STORED, Level.OPENED)
    assert backup.baseline == {"file_name": "nightly.tar.gz"}
    with system_scope("look"):
        part = BackupPart.objects.select_related("stored_object").get()
    with open_part(object_store(), part.stored_object.key, BREAK_GLASS_IDENTITY) as plain:
        assert plain.read() == NIGHTLY


def test_openssh_can_neither_list_nor_read_nor_remove_nor_run_anything(site: Site) -> None:
    assert site.sftp(f"put {site.folder}/nightly.tar.gz").returncode == 0
    for refused in ("ls", "get nightly.tar.gz", "rm nightly.tar.gz", "ln -s /etc etc", "df"):
        said = site.sftp(refused)
        # Nothing comes back but the command itself and what is wrong with it.
        assert (said.stdout, said.stderr != "") == (f"sftp> {refused}\n", True)
    shell = ["ssh", *site.command()[3:]]
    shell[shell.index("-P")] = "-p"
    for words in ([], ["id"]):
        ran = subprocess.run(
            [*shell, *words], capture_output=True, text=True, timeout=30, check=False
        )
        assert (ran.returncode != 0, ran.stdout) == (True, "")
    with system_scope("look"):
        assert Backup.objects.get().state == BackupState.STORED


def test_a_line_that_breaks_in_the_middle_leaves_nothing(site: Site, settings: Any) -> None:
    sftp = begin_slowly(site)
    until(has_begun)
    sftp.send_signal(signal.SIGKILL)
    sftp.wait(10)
    until(is_over)
    backup = newest()
    assert backup is not None
    assert (backup.state, backup.problem) == (BackupState.FAILED, BROKEN_OFF)
    assert objects_in(settings) == []


def test_a_drop_that_is_killed_leaves_a_row_that_ends_and_the_next_file_is_taken(
    site: Site, settings: Any
) -> None:
    sftp = begin_slowly(site)
    until(has_begun)
    site.drop.kill()
    assert sftp.wait(20) != 0
    with system_scope("time goes by"):
        Backup.objects.update(look_at=database_now() - timedelta(seconds=1))
    with drop_process(site.folder, settings) as again:
        # The keys are those of before, so the system need not be told.
        known = site.folder / "known_hosts"
        old, new = f":{site.drop.target.port} ", f":{again.target.port} "
        known.write_text(known.read_text().replace(old, new))
        put = Site(site.folder, site.plan, again).sftp(f"put {site.folder}/nightly.tar.gz")
    assert put.returncode == 0
    with system_scope("look"):
        states = list(Backup.objects.order_by("pk").values_list("state", flat=True))
    assert states == [BackupState.FAILED, BackupState.STORED]


def test_a_drop_that_is_stopped_ends_in_order_and_says_so(site: Site, settings: Any) -> None:
    sftp = begin_slowly(site)
    until(has_begun)
    site.drop.process.send_signal(signal.SIGTERM)
    assert site.drop.process.wait(15) == 0
    assert sftp.wait(20) != 0
    backup = newest()
    assert backup is not None
    assert backup.problem.startswith("The portal was stopped while the file came in.")
    assert objects_in(settings) == []


def begin_slowly(site: Site) -> subprocess.Popen[bytes]:
    """Begin to put a file over a line of 16 Mbit/s: it takes ten seconds."""
    sftp = subprocess.Popen(
        site.command("-l", "16000"),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert sftp.stdin is not None
    sftp.stdin.write(f"put {site.folder}/nightly.tar.gz\n".encode())
    sftp.stdin.close()
    return sftp


def test_a_large_file_takes_no_more_memory_than_a_small_one(site: Site) -> None:
    assert site.sftp(f"put {site.folder}/nightly.tar.gz").returncode == 0
    idle = peak(site.drop.process.pid)
    large = tar_of(**{"recordings.wav": random.Random(8).randbytes(LARGE)})
    (site.folder / "large.tar").write_bytes(large)
    assert site.sftp(f"put {site.folder}/large.tar").returncode == 0
    backup = newest()
    assert backup is not None
    assert (backup.state, backup.plain_bytes) == (BackupState.STORED, len(large))
    assert peak(site.drop.process.pid) - idle < MOST_MB
