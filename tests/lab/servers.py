"""Real servers on loopback: a SIP registrar, an SNMP agent, a time server.

Each listens on a port of its own in a folder of its own and dies with the test.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from monitoring.probes.egress import Pinned
from tests.monitoring.wire import certificate_file
from tests.ports import free_port

PATIENCE = 15
QUARTER = timedelta(days=90)
REALM, EXTENSION, PASSWORD = "pbx.lab", "101", "s3cret-101"
COMMUNITY = "lab-public"
SNMP_USER, SNMP_SIGNS, SNMP_HIDES = "monitor", "signs-with-this", "hides-with-this"


@dataclass(frozen=True)
class Running:
    """A server that runs: where, and its process."""

    target: Pinned
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it as a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


KAMAILIO = """
debug=1
log_stderror=yes
children=2
tcp_children=1
enable_tls=yes
auto_aliases=no
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
listen=tls:127.0.0.1:{tls_port}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "auth.so"
loadmodule "tls.so"
modparam("tls", "private_key", "{folder}/server.pem")
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "{folder}/server.pem")
request_route {{
    if (is_method("OPTIONS")) {{ sl_send_reply("200", "Keepalive"); exit; }}
    if (is_method("REGISTER")) {{
        if (!pv_www_authenticate("{realm}", "{password}", "0")) {{
            www_challenge("{realm}", "1");
            exit;
        }}
        save("location");
        exit;
    }}
    sl_send_reply("404", "Not here");
}}
"""

SNMPD = """
agentaddress udp:127.0.0.1:{port}
rocommunity {community} 127.0.0.1
createUser {user} SHA-256 "{signs}" AES "{hides}"
rouser {user} authPriv
sysName lab-switch-1
disk / 10%
# What a power supply would tell of itself (RFC 1628).
override 1.3.6.1.2.1.33.1.1.2.0 octet_str "Lab 1500"
override 1.3.6.1.2.1.33.1.2.1.0 integer 3
override 1.3.6.1.2.1.33.1.2.3.0 integer 4
override 1.3.6.1.2.1.33.1.2.4.0 integer 42
override 1.3.6.1.2.1.33.1.4.1.0 integer 5
"""

CHRONY = """
port {port}
bindaddress 127.0.0.1
allow 127.0.0.0/8
local stratum 8
cmdport 0
driftfile {folder}/drift
pidfile {folder}/pid
"""


@contextmanager
def kamailio(
    folder: Path, *, port: int = 0, lasts: timedelta = QUARTER
) -> Iterator[tuple[Running, Pinned]]:
    """Run a registrar, at `port` where it has to be the same again; the second place is for TLS."""
    port, tls_port = port or free_port(), free_port()
    certificate_file(folder, lasts=lasts)
    text = KAMAILIO.format(
        port=port, tls_port=tls_port, folder=folder, realm=REALM, password=PASSWORD
    )
    config = written(folder / "kamailio.cfg", text)
    command = ["kamailio", "-f", config, "-DD", "-E", "-Y", str(folder), "-P", str(folder / "pid")]
    with running(command, folder, port, lambda: listens(tls_port)) as server:
        yield server, Pinned("localhost", "127.0.0.1", tls_port)


@contextmanager
def snmpd(folder: Path) -> Iterator[Running]:
    """Run an agent with a community and a user."""
    port = free_port()
    text = SNMPD.format(
        port=port, community=COMMUNITY, user=SNMP_USER, signs=SNMP_SIGNS, hides=SNMP_HIDES
    )
    config = written(folder / "snmpd.conf", text)
    command = ["snmpd", "-f", "-Lo", "-C", "-c", config, "-p", str(folder / "pid")]
    said = log_of(command, folder)
    # `createUser` is kept in the persistent folder.
    with running(
        command,
        folder,
        port,
        lambda: b"NET-SNMP version" in said.read_bytes(),
        SNMP_PERSISTENT_DIR=str(folder),
    ) as server:
        yield server


@contextmanager
def chronyd(folder: Path) -> Iterator[Running]:
    """Run a time server that leaves this machine's clock alone."""
    port = free_port()
    config = written(folder / "chrony.conf", CHRONY.format(port=port, folder=folder))
    command = ["chronyd", "-d", "-x", "-U", "-f", config]
    said = log_of(command, folder)
    with running(command, folder, port, lambda: b"starting" in said.read_bytes()) as server:
        yield server


def missing(*names: str) -> list[str]:
    """Return the programs that are not installed."""
    return [name for name in names if program(name) is None]


def program(name: str) -> str | None:
    """Find a program, also where only an administrator's path leads."""
    return shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")


def log_of(command: list[str], folder: Path) -> Path:
    """Return the file that a server's output goes to."""
    return folder / f"{Path(command[0]).name}.log"


@contextmanager
def running(
    command: list[str], folder: Path, port: int, is_ready: Callable[[], bool], **more: str
) -> Iterator[Running]:
    """Run a server until the end of the block; what it says is in `<its name>.log`."""
    said = log_of(command, folder)
    with said.open("wb") as out:
        process = subprocess.Popen(
            [program(command[0]) or command[0], *command[1:]],
            stdout=out,
            stderr=out,
            cwd=folder,
            start_new_session=True,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **more},
        )
    server = Running(Pinned("localhost", "127.0.0.1", port), process)
    try:
        _wait(is_ready, process, said)
        yield server
    finally:
        if process.poll() is None:
            # Kamailio now and then waits for ever for one of its children to end.
            server.kill()


def until(is_ready: Callable[[], bool]) -> None:
    """Wait until something holds, and for no longer than a test should."""
    end = time.monotonic() + PATIENCE
    while not is_ready():
        assert time.monotonic() < end
        time.sleep(0.1)


def _wait(is_ready: Callable[[], bool], process: subprocess.Popen[bytes], said: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not is_ready():
        assert process.poll() is None, said.read_text(errors="replace")
        assert time.monotonic() < end, said.read_text(errors="replace")
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Does somebody accept connections there?"""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def written(path: Path, text: str) -> str:
    """Write a configuration, and return where it is."""
    path.write_text(text, encoding="utf-8")
    return str(path)
