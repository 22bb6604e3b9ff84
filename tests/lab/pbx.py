"""A real phone system and a real phone on loopback: Asterisk with its manager, and baresip."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitoring.probes.digest import Login
from monitoring.probes.egress import Pinned
from tests.lab.servers import PASSWORD, Running, listens, running, written
from tests.ports import free_port

TREE = Path(os.environ.get("LAB_ASTERISK", "/opt/portal-lab/asterisk"))
PHONE, PHONE_PASSWORD = "101", "s3cret-phone"
MANAGER = Login("portal", "s3cret-manager")
NARROW = Login("narrow", "s3cret-narrow")

CONFIGURATION = {
    "asterisk.conf": """
[directories]
astetcdir => {folder}/etc
astmoddir => {libraries}/asterisk/modules
astvarlibdir => {folder}/lib
astdbdir => {folder}/lib
astkeydir => {folder}/lib
astdatadir => {tree}/usr/share/asterisk
astagidir => {tree}/usr/share/asterisk/agi-bin
astspooldir => {folder}/spool
astrundir => {folder}/run
astlogdir => {folder}/log
astsbindir => {tree}/usr/sbin
[options]
verbose = 1
""",
    "modules.conf": """
[modules]
autoload=yes
noload => chan_console.so
noload => chan_unistim.so
noload => chan_motif.so
noload => res_xmpp.so
noload => cdr_pgsql.so
noload => cel_pgsql.so
noload => res_config_pgsql.so
noload => chan_dahdi.so
noload => chan_iax2.so
noload => app_voicemail_odbc.so
noload => app_voicemail_imap.so
noload => res_snmp.so
noload => pbx_ael.so
noload => pbx_lua.so
noload => res_hep.so
""",
    "manager.conf": """
[general]
enabled = yes
port = {manager_port}
bindaddr = 127.0.0.1
[portal]
secret = s3cret-manager
read = system,reporting
write = system,reporting
[narrow]
secret = s3cret-narrow
read = reporting
write = reporting
""",
    "pjsip.conf": """
[global]
user_agent=LabPBX 22
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{port}
[phone](!)
type=endpoint
context=internal
disallow=all
allow=ulaw
[101](phone)
auth=101
aors=101
mailboxes=101@default
[101]
type=auth
auth_type=userpass
username=101
password=s3cret-phone
[101]
type=aor
max_contacts=1
remove_existing=yes
qualify_frequency=1
qualify_timeout=1
[102](phone)
auth=102
aors=102
[102]
type=auth
auth_type=userpass
username=102
password=never-seen
[102]
type=aor
max_contacts=1
[carrier]
type=registration
transport=udp
outbound_auth=carrier
server_uri=sip:127.0.0.1:{carrier_port}
client_uri=sip:101@127.0.0.1:{carrier_port}
retry_interval=1
forbidden_retry_interval=1
max_random_initial_delay=0
expiration=60
[carrier]
type=auth
auth_type=userpass
username=101
password={carrier_password}
[carrier](phone)
outbound_auth=carrier
aors=carrier
[carrier]
type=aor
contact=sip:127.0.0.1:{carrier_port}
""",
    "voicemail.conf": """
[general]
format=wav
[default]
101 => 1234,Alice Desk
""",
    "extensions.conf": "[internal]\nexten => 200,1,Answer()\n",
    # Without it, it does not offer to tell phones anything.
    "pjsip_notify.conf": "[check-sync]\nEvent=>check-sync\n",
    "logger.conf": "[logfiles]\nconsole => error\n",
    "ccss.conf": "",
}

BARESIP = """
sip_listen 127.0.0.1:{port}
module_path {modules}
module g711.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
"""
BARESIP_MODULES = "/usr/lib/baresip/modules"


@dataclass(frozen=True)
class PhoneSystem:
    """An Asterisk that runs: its SIP port, and the port of its manager interface."""

    server: Running
    manager_port: int

    @property
    def target(self) -> Pinned:
        """Return where it answers SIP."""
        return self.server.target


def is_asterisk_there() -> bool:
    """Could install.sh lay it down?"""
    return (TREE / "usr/sbin/asterisk").exists()


@contextmanager
def asterisk(
    folder: Path, *, carrier_port: int = 9, carrier_password: str = PASSWORD
) -> Iterator[PhoneSystem]:
    """Run Asterisk out of its own tree, without becoming root; its trunk leads to a registrar."""
    port, manager_port = free_port(), free_port()
    libraries = next((TREE / "usr/lib").glob("*-linux-gnu"))
    for name in ("etc", "lib", "spool", "run", "log"):
        (folder / name).mkdir(exist_ok=True)
    for name, text in CONFIGURATION.items():
        written(
            folder / "etc" / name,
            text.format(
                folder=folder,
                tree=TREE,
                libraries=libraries,
                port=port,
                manager_port=manager_port,
                carrier_port=carrier_port,
                carrier_password=carrier_password,
            ),
        )
    # It is of a newer Debian: it runs with the libraries of its own.
    loader = str(next(libraries.glob("ld-linux*.so.*")))
    command = [loader, "--library-path", str(libraries), str(TREE / "usr/sbin/asterisk")]
    options = ["-C", str(folder / "etc/asterisk.conf"), "-f", "-q"]
    with running([*command, *options], folder, port, lambda: listens(manager_port)) as server:
        yield PhoneSystem(server, manager_port)


@contextmanager
def phone(folder: Path, pbx: Pinned, *, port: int = 0) -> Iterator[Running]:
    """Run a phone that signs in to `pbx`; it answers OPTIONS at its own port."""
    port = port or free_port()
    own = folder / "phone"
    own.mkdir(exist_ok=True)
    written(own / "config", BARESIP.format(port=port, modules=BARESIP_MODULES))
    written(
        own / "accounts",
        f"<sip:{PHONE}@127.0.0.1:{pbx.port};transport=udp>"
        f";auth_user={PHONE};auth_pass={PHONE_PASSWORD};regint=60\n",
    )
    said = own / "baresip.log"
    with running(
        ["baresip", "-f", str(own)], own, port, lambda: b"is ready" in said.read_bytes()
    ) as server:
        yield server
