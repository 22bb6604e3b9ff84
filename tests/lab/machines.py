"""Real servers beside the phone system, on loopback: a machine with SSH, a UPS, a mail server."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncssh

from monitoring.probes.ssh_login import SshLogin
from tests.lab.servers import QUARTER, Running, listens, running, written
from tests.monitoring.wire import certificate_file
from tests.ports import free_port

# A shell of the second level leaves out what whoever runs the tests has in their .bashrc.
SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM no
PermitRootLogin yes
AllowTcpForwarding local
SetEnv PATH={path} SHLVL=1
"""
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

UPS = """
[labups]
driver = dummy-ups
port = {folder}/labups.dev
pollinterval = 1
"""
UPSD = "LISTEN 127.0.0.1 {port}\n"
ON_LINE = {
    "ups.status": "OL",
    "battery.charge": "100",
    "battery.runtime": "1500",
    "ups.load": "31",
    "ups.model": "Lab 1500",
}
ON_BATTERY = {**ON_LINE, "ups.status": "OB LB", "battery.charge": "18", "battery.runtime": "180"}

EXIM = """
primary_hostname = mx.lab.example
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/exim.pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {folder}/server.pem
keep_environment =
begin acl
begin routers
begin transports
begin retry
begin rewrite
begin authenticators
"""


@dataclass(frozen=True)
class Door:
    """A machine with SSH, and a login that is good there."""

    server: Running
    login: SshLogin


@contextmanager
def sshd(folder: Path, more: str = "") -> Iterator[Door]:
    """Run OpenSSH for whoever runs the tests, with a key of the day and `more` settings.

    Programs in `<folder>/bin` come before those of the machine.
    """
    host, own = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    host.write_private_key(str(folder / "host_key"))
    own.write_public_key(str(folder / "authorized_keys"))
    (folder / "host_key").chmod(0o600)
    if os.geteuid() == 0:
        # What its service would make.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    path = f"{folder}/bin:{PATH}"
    text = SSHD.format(port=port, folder=folder, path=path) + more
    config = written(folder / "sshd_config", text)
    with running(["sshd", "-D", "-e", "-f", config], folder, port, lambda: listens(port)) as server:
        login = SshLogin(
            pwd.getpwuid(os.geteuid()).pw_name,
            private_key=own.export_private_key().decode(),
            host_key=host.get_fingerprint(),
        )
        yield Door(server, login)


@contextmanager
def ups(folder: Path) -> Iterator[Running]:
    """Run a NUT server with one power supply, whose state `tell_ups` sets."""
    port = free_port()
    tell_ups(folder, ON_LINE)
    written(folder / "nut.conf", "MODE=netserver\n")
    written(folder / "ups.conf", UPS.format(folder=folder))
    written(folder / "upsd.conf", UPSD.format(port=port))
    written(folder / "upsd.users", "")
    for name in ("ups.conf", "upsd.conf", "upsd.users", "nut.conf"):
        (folder / name).chmod(0o640)
    user = pwd.getpwuid(os.geteuid()).pw_name
    places = {"NUT_CONFPATH": str(folder), "NUT_STATEPATH": str(folder)}
    driver = ["/lib/nut/dummy-ups", "-F", "-a", "labups", "-u", user]
    # The wrapper in the path ends when /etc/nut/nut.conf says that nothing is to run.
    server = ["/lib/nut/upsd", "-F", "-u", user]
    socket = folder / "dummy-ups-labups"
    with (
        running(driver, folder, 0, socket.exists, **places),
        running(server, folder, port, lambda: listens(port), **places) as running_server,
    ):
        yield running_server


def tell_ups(folder: Path, told: dict[str, str]) -> None:
    """Have the power supply say something else; its driver reads that within two seconds."""
    text = "".join(f"{name}: {value}\n" for name, value in told.items())
    written(folder / "labups.dev", text)


@contextmanager
def mail_server(folder: Path, *, lasts: timedelta = QUARTER) -> Iterator[Running]:
    """Run Exim, which greets and takes no mail."""
    port = free_port()
    certificate_file(folder, lasts=lasts).chmod(0o644)
    folder.chmod(0o777)
    config = written(folder / "exim.conf", EXIM.format(port=port, folder=folder))
    command = ["exim4", "-C", config, "-bdf", "-d-all"]
    with running(command, folder, port, lambda: listens(port)) as server:
        yield server
