"""A Debian of its own in a folder, with real apt and dpkg, that is reached over real SSH.

Nothing of the machine that runs the tests is touched: whoever signs in is led into the folder. The
packages are made for the test: a phone system that answers with its version, and its modules.
Stand-in: `systemctl`, which knows of one service by its process, for nothing boots there.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from monitoring.probes.egress import EgressPolicy
from tests.lab.machines import Door, sshd
from tests.lab.servers import listens, running, written
from tests.ports import free_port
from upkeep.drivers.base import Reach
from upkeep.drivers.wanted import Target

TREE = Path(os.environ.get("LAB_DEBIAN", "/opt/portal-lab/debian"))
NAME, MODULES, TOOL = "labpbx", "labpbx-modules", "labtool"
FIRST, GOOD, BROKEN, GREEDY, SLOW = "1.0", "1:2.0-1", "1:3.0-1", "1:4.0~rc1", "1:5.0+lab1"
SETTINGS: Mapping[str, Any] = {"package": NAME, "services": [NAME], "sudo": False}

CONTROL = """Package: {name}
Version: {version}
Architecture: all
Maintainer: Lab <lab@lab.example>
Installed-Size: 12
{more}Description: made for a test
"""
SYSTEMCTL = """#!/bin/sh
for unit; do :; done
if kill -0 "$(cat /run/$unit.pid)" 2>/dev/null; then echo active; else echo inactive; exit 3; fi
"""
DAEMON = """#!/usr/bin/perl
use IO::Socket::INET;
open(my $file, '<', '/etc/labpbx.conf'); my $port = <$file>; chomp $port;
my $door = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 5,
    ReuseAddr => 1) or die;
while (my $caller = $door->accept) {{ print $caller "{version}"; close $caller; }}
"""
STOP = "kill $(cat /run/labpbx.pid) 2>/dev/null; rm -f /run/labpbx.pid; true"
START = (
    "(setsid /usr/sbin/labpbxd </dev/null >/dev/null 2>&1 & echo $! >/run/labpbx.pid);"
    " sleep 0.2; kill -0 $(cat /run/labpbx.pid)"
)
SCRIPTS = {
    BROKEN: "echo 'no licence for this version'; exit 3",
    SLOW: f"touch /run/begun; while ! test -e /run/go; do sleep 0.1; done; {START}",
}
RELATIONS = {GREEDY: f"Conflicts: {TOOL}\n"}


@dataclass(frozen=True)
class Debian:
    """The machine: its folder, the way in, where its source is, and the port of its service."""

    root: Path
    door: Door
    source: Path
    port: int

    @property
    def reach(self) -> Reach:
        """Return the way in, as drivers are given it."""
        policy = EgressPolicy(allowed=(ip_network("127.0.0.0/8"),))
        target = self.door.server.target
        return Reach(target.address, target.port, policy, self.door.login)

    def run(self, *command: str) -> str:
        """Run a command there as root, and return what it prints."""
        done = subprocess.run(
            ["chroot", str(self.root), *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def states(self) -> dict[str, str]:
        """Return letters and version of every package that the test has made."""
        form = "${Package} ${db:Status-Abbrev} ${Version}\\n"
        said = self.run("dpkg-query", "--show", f"--showformat={form}", "lab*")
        rows = (line.split(" ", 1) for line in said.splitlines())
        return {name: state for name, state in rows if not state.startswith("un")}

    def answers(self) -> str:
        """Return what the service says; "" when nobody answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as caller:
                return caller.recv(100).decode()
        except OSError:
            return ""

    def target(self, version: str, **more: str) -> Target:
        """Return a version to be brought to, with the hash of its file."""
        file = self.source / _file(NAME, version)
        more.setdefault("sha256", sha256(file.read_bytes()).hexdigest())
        return Target(version, NAME, **more)

    def cut_the_line(self) -> None:
        """End the connections that are open, and not the server that takes new ones."""
        for pid in _children(self.door.server.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def lose_power(self) -> None:
        """End everything that runs there, at once."""
        while pids := [pid for pid in _all_pids() if _root_of(pid) == str(self.root)]:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    def index(self) -> None:
        """Write the list of what the source offers."""
        entries = []
        for file in sorted(self.source.glob("*.deb")):
            control = subprocess.check_output(["dpkg-deb", "--field", str(file)], text=True)
            kept = file.read_bytes()
            digest = sha256(kept).hexdigest()
            entries.append(
                f"{control}Filename: ./{file.name}\nSize: {len(kept)}\nSHA256: {digest}\n"
            )
        listed = self.source / "Packages"
        former = listed.stat().st_mtime if listed.exists() else 0
        written(listed, "\n".join(entries))
        # HTTP tells times in whole seconds: within the same one, it would be no other list.
        later = max(time.time(), former + 2)
        os.utime(listed, (later, later))


def is_debian_there() -> bool:
    """Could install.sh lay it down, and may whoever runs the tests lead others into it?"""
    return os.geteuid() == 0 and (TREE / "usr/bin/apt-get").exists()


@contextmanager
def debian(folder: Path) -> Iterator[Debian]:
    """Run the machine, with the first version of everything installed and its service running."""
    root, source, port, source_port = folder / "debian", folder / "source", free_port(), free_port()
    subprocess.run(["cp", "--archive", str(TREE), str(root)], check=True)
    _lay_out(root, port, source_port)
    source.mkdir()
    _packages(folder, source)
    offers = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(source_port)]
    lead_in = f'ForceCommand exec chroot {root} /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n'
    with (
        running(offers, source, source_port, lambda: listens(source_port)),
        sshd(folder, lead_in) as door,
    ):
        machine = Debian(root, door, source, port)
        machine.index()
        try:
            machine.run("apt-get", "-q", "update")
            first = [f"{name}={FIRST}" for name in (NAME, MODULES, TOOL)]
            machine.run("apt-get", "-q", "-y", "install", *first)
            yield machine
        finally:
            machine.lose_power()


def _lay_out(root: Path, port: int, source_port: int) -> None:
    written(root / "etc/labpbx.conf", f"{port}\n")
    written(root / "usr/bin/systemctl", SYSTEMCTL)
    (root / "usr/bin/systemctl").chmod(0o755)
    sources = root / "etc/apt/sources.list"
    written(sources, f"deb [trusted=yes] http://127.0.0.1:{source_port} ./\n")
    # It has not to outlive a power cut of the machine that runs the tests.
    written(root / "etc/dpkg/dpkg.cfg.d/lab", "force-unsafe-io\n")
    written(root / "etc/apt/apt.conf.d/99lab", 'Acquire::Languages "none";\n')


def _packages(folder: Path, source: Path) -> None:
    for version in (FIRST, GOOD, BROKEN, GREEDY, SLOW):
        depends = f"Depends: perl-base, {MODULES} (= {version})\n"
        files = {"usr/sbin/labpbxd": DAEMON.format(version=version)}
        scripts = {"prerm": STOP, "postinst": SCRIPTS.get(version, START)}
        more = depends + RELATIONS.get(version, "")
        _package(folder, source, NAME, version, more=more, files=files, scripts=scripts)
        _package(folder, source, MODULES, version)
    _package(folder, source, TOOL, FIRST)


def _package(
    folder: Path,
    source: Path,
    name: str,
    version: str,
    *,
    more: str = "",
    files: Mapping[str, str] | None = None,
    scripts: Mapping[str, str] | None = None,
) -> None:
    built = folder / "built"
    shutil.rmtree(built, ignore_errors=True)
    (built / "DEBIAN").mkdir(parents=True)
    written(built / "DEBIAN/control", CONTROL.format(name=name, version=version, more=more))
    for path, text in {**(files or {}), f"usr/share/{name}/version": version}.items():
        (built / path).parent.mkdir(parents=True, exist_ok=True)
        written(built / path, text)
        (built / path).chmod(0o755)
    for path, text in (scripts or {}).items():
        written(built / "DEBIAN" / path, f"#!/bin/sh\n{text}\n")
        (built / "DEBIAN" / path).chmod(0o755)
    command = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(built)]
    subprocess.run(
        [*command, str(source / _file(name, version))], check=True, stdout=subprocess.DEVNULL
    )


def _file(name: str, version: str) -> str:
    return f"{name}_{version.replace(':', '.')}_all.deb"


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _root_of(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/root")
    except OSError:
        return ""


def _children(parent: int) -> list[int]:
    found = []
    for pid in _all_pids():
        with suppress(OSError):
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                found.append(pid)
    return found
