"""How the configuration of a phone system is written down for one that is shut off. Pure.

Lines stay lines, so that what Asterisk says of line 12 is true of the customer's own file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

LEFT_OUT = ";left out: "
# No text of a directive is taken apart further: whatever names a program is left out.
DIRECTIVE = re.compile(r"^\s*#\s*(\w+)\s*(.*?)\s*$")
INCLUDES = frozenset({"include", "tryinclude"})
# Its own addresses and ports: of a transport nothing is kept but that there was one.
TRANSPORT_OF = re.compile(r"^\s*transport\s*=", re.IGNORECASE)
TRANSPORT = re.compile(r"^(\s*type\s*=>?\s*)transport\b", re.IGNORECASE)
WHERE_TO = re.compile(r"^\s*(server_uri|client_uri|outbound_proxy|contact)\s*=", re.IGNORECASE)
OVER = re.compile(r"\\;transport=\w+", re.IGNORECASE)
SECURE = re.compile(r"=(\s*)sips:", re.IGNORECASE)
REALTIME = re.compile(r"^\s*[^;\s\[][^;=]*=>?\s*realtime\b", re.IGNORECASE | re.MULTILINE)

# What is loaded, and nothing else: no application, no function, no channel but SIP.
MODULES = (
    *("res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb", "res_timing_timerfd"),
    *("res_pjproject", "res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "res_pjsip_acl"),
    *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest"),
    *("res_pjsip_endpoint_identifier_user", "res_pjsip_endpoint_identifier_ip"),
    *("res_pjsip_endpoint_identifier_anonymous", "res_pjsip_registrar", "res_rtp_asterisk"),
    *("res_pjsip_outbound_registration", "res_pjsip_config_wizard", "chan_pjsip"),
    *("codec_ulaw", "codec_alaw", "format_wav", "format_gsm", "format_pcm"),
    *("pbx_config", "app_voicemail"),
)
OWN = {
    "asterisk.conf": """[directories]
astetcdir => {folder}/etc
astmoddir => {modules}
astdatadir => {data}
astvarlibdir => {folder}/lib
astdbdir => {folder}/lib
astkeydir => {folder}/lib
astagidir => {folder}/nothing
astspooldir => {folder}/spool
astrundir => {folder}/run
astlogdir => {folder}/log
astcachedir => {folder}/nothing
[options]
execincludes = no
live_dangerously = no
hideconnect = yes
""",
    "modules.conf": "[modules]\nautoload = no\n"
    + "".join(f"load = {name}.so\n" for name in MODULES),
    "logger.conf": "[general]\ndateformat = %s\n[logfiles]\nmessages => warning,error\n",
    "manager.conf": "[general]\nenabled = no\n",
    "http.conf": "[general]\nenabled = no\n",
    "extconfig.conf": "",
    "cli.conf": "",
    "dnsmgr.conf": "",
    "res_stun_monitor.conf": "",
}
# At the end of its own file, so that no line of the customer's moves.
TRANSPORTS = """
[portal-rehearsal-udp]
type = transport
protocol = udp
bind = 127.0.0.1:{port}
[portal-rehearsal-tcp]
type = transport
protocol = tcp
bind = 127.0.0.1:{port}
"""


def rewritten(text: str, root: str) -> str:
    """Return a file that names no program, no file beyond the configuration, and no address.

    `root` is where the configuration lay on the system, such as `/etc/asterisk`.
    """
    return "\n".join(_line(line, root) for line in text.split("\n"))


def uses_realtime(files: Mapping[str, str]) -> bool:
    """Are phones read from a database instead of files?"""
    return REALTIME.search(files.get("sorcery.conf", "")) is not None


def own_files(folder: str, modules: str, data: str) -> dict[str, str]:
    """Return the files that are ours, whatever the customer's say; it lives in `folder`."""
    places = {"folder": folder, "modules": modules, "data": data}
    return {name: text.format(**places) for name, text in OWN.items()}


def source_of(link: str, target: str, kept: Sequence[str]) -> str | None:
    """Return which of the kept paths a link leads to; None where it leads out of the backup.

    Paths are as on the system, without the slash in front.
    """
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(link), target)).lstrip("/")
    return path if path in kept else None


def _line(line: str, root: str) -> str:
    if found := DIRECTIVE.match(line):
        return _directive(found[1].lower(), found[2], line, root)
    if TRANSPORT_OF.match(line):
        return LEFT_OUT + line
    line = TRANSPORT.sub(r"\1left-out", line)
    if WHERE_TO.match(line):
        line = SECURE.sub(r"=\1sip:", OVER.sub("", line))
    return line


def _directive(word: str, rest: str, line: str, root: str) -> str:
    if word not in INCLUDES:
        return LEFT_OUT + line
    path = rest.split(";")[0].strip().strip("\"'<>").strip()
    if path.startswith("/"):
        path = posixpath.relpath(posixpath.normpath(path), root)
    if not path or posixpath.normpath(path).startswith(".."):
        return LEFT_OUT + line
    return f"#{word} {path}"
