"""The one phone system of the demo that is reached over SSH: what it answers to the catalogue.

Nothing of it runs: its files are texts in memory, each command of our own catalogues is known by
its look, and every other one is refused. Pure.
"""

from __future__ import annotations

import re
import shlex
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Final

EXTENSIONS: Final = range(201, 239)
TABLES: Final = ("devices", "queues_config", "ringgroups", "users")
GREETING, GREETING_BYTES = "etc/asterisk/greetings/main.wav", 1_400_000
FREE_BYTES: Final = 38_654_705_664
VERSION: Final = '6.1.0-27-amd64\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nAsterisk 22.10.1\n'
# Files of one instant: an archive of the same files is the same archive.
MADE_AT: Final = 1_767_225_600


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answers: its exit status, and what it prints."""

    printed: bytes = b""
    status: int = 0
    complaint: bytes = b""


def _first_files() -> dict[str, str]:
    phones = "\n".join(
        f"[{number}]\ntype=endpoint\ncontext=internal\nauth={number}\naors={number}\n"
        f"callerid=Desk {number} <{number}>\n\n[{number}]\ntype=auth\nauth_type=userpass\n"
        f"username={number}\npassword=demo-{number}-{number * 7919 % 9973}\n\n"
        f"[{number}]\ntype=aor\nmax_contacts=1\n"
        for number in EXTENSIONS
    )
    return {
        "/etc/asterisk/pjsip.conf": phones,
        "/etc/asterisk/extensions.conf": (
            "[internal]\nexten => _2XX,1,Dial(PJSIP/${EXTEN},25)\n same => n,Voicemail(${EXTEN})\n"
        ),
        "/srv/provisioning/20WZ0509120.cfg": "SET FIRMWARE J100_4_1_0.bin\n",
        "/etc/asterisk/queues.conf": "[desk]\nstrategy=ringall\nmember=PJSIP/201\n",
        "/etc/asterisk/voicemail.conf": "[default]\n201 => 4711,Reception\n",
    }


@dataclass
class Machine:
    """A phone system that remembers its files."""

    files: dict[str, str] = field(default_factory=_first_files)

    def answer(self, command: str, fed: bytes) -> Said:
        """Return what it says to a command that is `fed` bytes."""
        for look, act in ANSWERS:
            if found := look.search(command):
                return act(self, command, found, fed)
        return Said(status=127, complaint=b"The demo does not play this command.\n")

    def archive(self, command: str, _: re.Match[str], __: bytes) -> Said:
        """Archive what lies under the named paths."""
        names = shlex.split(command.rpartition(" -- ")[2])
        buffer = BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path, text in sorted(self.files.items()):
                name = path.lstrip("/")
                if any(name == one or name.startswith(f"{one}/") for one in names):
                    member = tarfile.TarInfo(name)
                    member.size, member.mtime, member.mode = len(text.encode()), MADE_AT, 0o640
                    archive.addfile(member, BytesIO(text.encode()))
            if GREETING.startswith(f"{names[0]}/"):
                # Sound does not get smaller: with it the archive is as large as a real one.
                sound = Random(GREETING).randbytes(GREETING_BYTES)
                member = tarfile.TarInfo(GREETING)
                member.size, member.mtime, member.mode = len(sound), MADE_AT, 0o640
                archive.addfile(member, BytesIO(sound))
        return Said(buffer.getvalue())

    def read(self, _: str, found: re.Match[str], __: bytes) -> Said:
        """Print a file."""
        path = shlex.split(found[1])[0]
        if path not in self.files:
            return Said(status=1, complaint=f"cat: {path}: No such file or directory\n".encode())
        return Said(self.files[path].encode())

    def write(self, _: str, found: re.Match[str], fed: bytes) -> Said:
        """Put what it is fed in the place of a file."""
        self.files[shlex.split(found[1])[0]] = fed.decode()
        return Said()

    def is_there(self, _: str, found: re.Match[str], __: bytes) -> Said:
        """Say whether there is a file or a folder."""
        path = shlex.split(found[1])[0]
        known = any(one == path or one.startswith(f"{path}/") for one in self.files)
        return Said(b"yes\n" if known else b"no\n")

    def dump(self, _: str, __: re.Match[str], ___: bytes) -> Said:
        """Dump its database."""
        rows = "".join(
            f"CREATE TABLE `{table}` (`id` int);\nINSERT INTO `{table}` VALUES (1),(2),(3);\n"  # nosec B608
            for table in TABLES
        )
        head = "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)\n--\n"
        return Said(f"{head}{rows}-- Dump completed\n".encode())

    def free_space(self, command: str, _: re.Match[str], __: bytes) -> Said:
        """Tell how much space is free at each place that is asked for."""
        return Said(f"{FREE_BYTES}\n".encode() * command.count("df --output"))


Act = Callable[[Machine, str, re.Match[str], bytes], Said]


def _says(text: str) -> Act:
    return lambda *_: Said(text.encode())


CHECKSUMS: Final = "".join(
    f"asterisk.{table}\t{sum(table.encode()) * 65_537}\n" for table in TABLES
)
# The same as the backup drivers note it down.
BASELINE: Final = {
    **{f"table:{row.split()[0]}": row.split()[1] for row in CHECKSUMS.splitlines()},
    "service:asterisk.service": "active",
}
# The first look that fits counts: what is narrow stands before what is wide.
ANSWERS: Final[tuple[tuple[re.Pattern[str], Act], ...]] = tuple(
    (re.compile(look, re.DOTALL), act)
    for look, act in (
        (r"^tar --create ", Machine.archive),
        (r"^cat -- (\S+)$", Machine.read),
        (r"portal-new.* portal (\S+) \d+$", Machine.write),
        (r"^if test -e (\S+); then", Machine.is_there),
        (r"^if command -v mariadb-dump ", Machine.dump),
        (r"df --output", Machine.free_space),
        (r"CHECKSUM TABLE", _says(CHECKSUMS)),
        (r"@@datadir", _says("/var/lib/mysql/\n")),
        (r"@@event_scheduler", _says("OFF\n")),
        (r"SCHEMA_NAME", _says("asterisk\n")),
        (r"'the view '|the view |the event ", _says("")),
        (r"SELECT TABLE_NAME", _says("".join(f"{table}\n" for table in TABLES))),
        (r"^if command -v mariadb ", _says("")),
        (r"^systemctl is-active ", _says("active\n")),
        (r"^systemctl (stop|start|reload-or-restart) ", _says("")),
        (r"^asterisk -rx 'core reload'$", _says("")),
        (r"^uname -r", _says(VERSION)),
        (r"^PATH=\S+; command -v ", _says("")),
        # What a restore does beside the system: it is done, and nothing differs afterwards.
        (r"^sh -c .*portal-", _says("")),
    )
)
