"""An Asterisk that runs in a cage for one rehearsal, in a folder, and is asked over its socket."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from upkeep.restores.ending_server import end_server
from upkeep.restores.pbx.answers import QUESTIONS, Started, read_answers
from upkeep.restores.pbx.cage import Keeper, caged, keeper
from upkeep.restores.pbx.laying_out import TRANSPORTS, own_files
from upkeep.restores.pbx.programs import Program
from upkeep.restores.work import VaultLacks

START_SECONDS = 120
ANSWER_SECONDS = 60
STOP_SECONDS = 10
LOG, ASTDB, CONTROL = "log/messages", "lib/astdb.sqlite3", "run/asterisk.ctl"
FOLDERS = ("etc", "lib", "spool", "run", "log", "nothing")
# Nobody waits for a log that never ends.
LONGEST_LOG = 4 * 1024 * 1024
LONGEST_ANSWER = 64 * 1024 * 1024
BOOTED = "core waitfullybooted"
# Only what it cannot do without: the worker's own surroundings are secret.
SURROUNDINGS = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


class Ended(Exception):
    """It ended by itself before it had started."""


@dataclass(frozen=True, slots=True)
class ScratchPbx:
    """The folder of a phone system that is shut off; its parts lie where its own settings say."""

    folder: Path

    def lay_out(
        self, program: Program, files: Mapping[str, str], astdb: Path | None = None
    ) -> None:
        """Write its settings, ours above the customer's, and hand it to whom it runs as."""
        for name in FOLDERS:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir(mode=0o700)
        own = own_files(str(self.folder), str(program.modules), str(program.data))
        own["pjsip.conf"] = files.get("pjsip.conf", "") + TRANSPORTS.format(port=_free_port())
        for name, text in {**files, **own}.items():
            path = self.folder / "etc" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="surrogateescape")
        if astdb is not None:
            shutil.copyfile(astdb, self.folder / ASTDB)
        _hand_over(self.folder, keeper())

    @contextmanager
    def running(self, program: Program) -> Iterator[Started]:
        """Start it, tell what it has read, and end it with the block.

        Raises Ended when its settings may be to blame, VaultLacks for what is our own.
        """
        process = self._start(program)
        try:
            self._wait(process)
            yield read_answers({name: self.ask(text) for name, text in QUESTIONS.items()})
        except (OSError, TimeoutError) as error:
            raise VaultLacks(
                f"The Asterisk of the rehearsal cannot be asked ({type(error).__name__})."
            ) from error
        finally:
            end_server(process, within=STOP_SECONDS)

    def ask(self, command: str) -> str:
        """Return what it answers. Raises OSError, and TimeoutError."""
        with socket.socket(socket.AF_UNIX) as talk:
            talk.settimeout(ANSWER_SECONDS)
            talk.connect(str(self.folder / CONTROL))
            # As its own `asterisk -rx` asks.
            talk.sendall(f"cli quit after {command}\0".encode())
            said = bytearray()
            while (more := talk.recv(65536)) and len(said) < LONGEST_ANSWER:
                said += more
        return said.decode("utf-8", errors="replace")

    def log(self) -> str:
        """Return what it wrote down."""
        with suppress(FileNotFoundError), (self.folder / LOG).open("rb") as log:
            return log.read(LONGEST_LOG).decode("utf-8", errors="replace")
        return ""

    def _start(self, program: Program) -> subprocess.Popen[bytes]:
        who = keeper()
        try:
            return subprocess.Popen(
                [*program.command, "-C", str(self.folder / "etc/asterisk.conf"), "-f", "-q"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=caged(),
                user=who.user,
                group=who.group,
                extra_groups=None if who.user is None else (),
                env=SURROUNDINGS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise VaultLacks(
                "The Asterisk of the rehearsal could not be shut off from everything else, and was"
                f" not started ({type(error).__name__})."
            ) from error

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if (status := process.poll()) is not None:
                if status < 0:
                    raise VaultLacks(
                        "The Asterisk of the rehearsal was ended by"
                        f" {signal.Signals(-status).name}: a limit of the vault."
                    )
                raise Ended
            with suppress(OSError):
                if "fully booted" in self.ask(BOOTED):
                    return
            time.sleep(0.05)
        raise VaultLacks("The Asterisk of the rehearsal did not start within two minutes.")


def _hand_over(folder: Path, who: Keeper) -> None:
    if who.user is None or who.group is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, who.user, who.group, follow_symlinks=False)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
