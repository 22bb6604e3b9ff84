"""A MariaDB server for one rehearsal: on a socket in a folder, without network, gone afterwards."""

from __future__ import annotations

import ctypes
import getpass
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from upkeep.drivers.databases import IMMOBILE, cannot_swap
from upkeep.restores.ending_server import end_server
from upkeep.restores.work import StepFailed, VaultLacks

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SERVER, MAKE, CLIENT = "mariadbd", "mariadb-install-db", "mariadb"
START_SECONDS = 60
STOP_SECONDS = 60
LOAD_SECONDS = 3 * 3600
PIECE = 256 * 1024
SAFE_NAME = re.compile(r"[A-Za-z0-9_$-]{1,64}")
TABLES_AT_ONCE = 40
TABLES = (
    "SELECT TABLE_NAME FROM information_schema.TABLES"
    " WHERE TABLE_SCHEMA = '{0}' AND TABLE_TYPE = 'BASE TABLE'"
)
SOCKET, NOTHING = "s", "nothing"
# Loaded before any fork: in the child nothing may be imported.
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class ScratchDatabase:
    """A server that runs. `socket` is the only way in."""

    socket: Path

    def load(self, name: str, dump: BinaryIO) -> None:
        """Load a dump into a database of its own. Raises StepFailed in the server's words."""
        _refuse_odd(name)
        self.ask(f"CREATE DATABASE `{name}`")
        # In binary mode the client knows no commands but DELIMITER: no shell, no files.
        command = [*self._client(), "--binary-mode", f"--database={name}"]
        with TemporaryFile() as complaint:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=complaint,
                env={"PATH": PATH},
            )
            try:
                _feed(process, dump)
                status = process.wait(LOAD_SECONDS)
            finally:
                process.kill()
                process.wait()
            complaint.seek(0)
            said = complaint.read(4096).decode("utf-8", errors="replace").strip()
        if status:
            words = said.splitlines()[-1] if said else f"exit {status}"
            raise StepFailed(f"The database {name} could not be loaded: {words[:200]}")

    def refuse_immobile(self, name: str) -> None:
        """Raise StepFailed for what could not be given back to the system either."""
        _refuse_odd(name)
        if immobile := self.ask(IMMOBILE.format(name))[:1]:
            raise StepFailed(cannot_swap(name, immobile[0]))

    def checksums(self, name: str) -> dict[str, str]:
        """Return the checksum of every table, as the drivers name them."""
        _refuse_odd(name)
        tables = [table for table in self.ask(TABLES.format(name)) if SAFE_NAME.fullmatch(table)]
        found: dict[str, str] = {}
        for start in range(0, len(tables), TABLES_AT_ONCE):
            named = ", ".join(f"`{name}`.`{one}`" for one in tables[start : start + TABLES_AT_ONCE])
            for row in self.ask(f"CHECKSUM TABLE {named}"):
                table, _, checksum = row.partition("\t")
                found[f"table:{table}"] = checksum
        return found

    def ask(self, sql: str) -> list[str]:
        """Run a statement of ours, and return the rows."""
        done = subprocess.run(
            [*self._client(), f"--execute={sql}"],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=LOAD_SECONDS,
            env={"PATH": PATH},
        )
        if done.returncode:
            raise StepFailed(f"The database of the rehearsal refused: {done.stderr.strip()[:200]}")
        return done.stdout.splitlines()

    def _client(self) -> list[str]:
        return [
            _program(CLIENT),
            "--no-defaults",
            f"--socket={self.socket}",
            "--user=root",
            "--batch",
            "--skip-column-names",
            "--local-infile=0",
        ]


def _feed(process: subprocess.Popen[bytes], dump: BinaryIO) -> None:
    # A client that ended before it had read everything says why.
    with suppress(BrokenPipeError), process.stdin or TemporaryFile() as target:
        while piece := dump.read(PIECE):
            target.write(piece)


def is_mariadb_here() -> bool:
    """Is there a server to rehearse in?"""
    return all(shutil.which(name, path=PATH) for name in (SERVER, MAKE, CLIENT))


@contextmanager
def run_mariadb(folder: Path, place: Path) -> Iterator[ScratchDatabase]:
    """Make a server in `folder`, run it, and end it with the block; its socket is in `place`."""
    _run(
        [
            _program(MAKE),
            "--no-defaults",
            f"--datadir={folder}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            f"--user={getpass.getuser()}",
        ]
    )
    # The only folder from which a dump may have the server read files: there are none.
    (place / NOTHING).mkdir()
    process = subprocess.Popen(
        _server(folder, place / SOCKET),
        stdout=subprocess.DEVNULL,
        stderr=(folder / "server.log").open("wb"),
        start_new_session=True,
        preexec_fn=_die_with_us,
        env={"PATH": PATH},
    )
    try:
        database = ScratchDatabase(place / SOCKET)
        _wait(process, database)
        yield database
    finally:
        end_server(process, within=STOP_SECONDS)


def _server(folder: Path, socket: Path) -> Sequence[str]:
    return [
        _program(SERVER),
        "--no-defaults",
        f"--datadir={folder}",
        f"--socket={socket}",
        f"--pid-file={folder}/pid",
        f"--user={getpass.getuser()}",
        "--skip-networking",
        "--skip-log-bin",
        "--local-infile=0",
        f"--secure-file-priv={socket.parent / NOTHING}",
        "--innodb-buffer-pool-size=64M",
        "--innodb-flush-log-at-trx-commit=0",
        "--sync-frm=0",
        "--performance-schema=0",
        "--max-allowed-packet=1G",
        "--event-scheduler=DISABLED",
    ]


def _wait(process: subprocess.Popen[bytes], database: ScratchDatabase) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with suppress(StepFailed):
            database.ask("SELECT 1")
            return
        time.sleep(0.1)
    raise VaultLacks("The database of the rehearsal did not start.")


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=START_SECONDS * 3,
        env={"PATH": PATH},
    )
    if done.returncode:
        raise VaultLacks(f"The database of the rehearsal could not be made: {done.stderr[:200]}")


def _die_with_us() -> None:
    """Have the kernel end the server when its worker dies (prctl(2), Linux)."""
    LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))


def _program(name: str) -> str:
    found = shutil.which(name, path=PATH)
    if found is None:
        raise VaultLacks(f"The vault has no {name} to rehearse with: install MariaDB there.")
    return found


def _refuse_odd(name: str) -> None:
    if not SAFE_NAME.fullmatch(name):
        raise StepFailed(f"{name!r} is no name of a database.")
