"""How equipment can be asked, as tables: languages, kinds of checks, what suits a device. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

HEARTBEAT: Final = "heartbeat"
# Asked by the editor itself, to look up the key of a host; nobody repeats it as a check.
HOST_KEY: Final = "ssh-key"


@dataclass(frozen=True, slots=True)
class Language:
    """What a driver needs: which credentials fit, whether it works without, its usual port."""

    title: str
    help: str
    usual_port: int
    credentials: tuple[str, ...] = ()
    needs_credential: bool = False
    has_host_key: bool = False


SHELL = ("password", "ssh_key")

LANGUAGES: Mapping[str, Language] = {
    "network": Language("Network", "Ping, ports, mail, names and time. Works with everything.", 0),
    "sip": Language(
        "SIP", "Is the call engine alive? With a login also: may it register?", 5060, ("password",)
    ),
    "web": Language("Web page", "Status, text and certificate of a page.", 443),
    "snmp": Language(
        "SNMP",
        "Switches, access points, power supplies.",
        161,
        ("snmp_community", "snmp_user"),
        needs_credential=True,
    ),
    "ssh": Language(
        "SSH",
        "Disks, load, memory, versions, from a fixed list of commands.",
        22,
        SHELL,
        needs_credential=True,
        has_host_key=True,
    ),
    "asterisk": Language(
        "Asterisk",
        "Phones, trunks and calls, through SSH to its manager interface.",
        22,
        SHELL,
        needs_credential=True,
        has_host_key=True,
    ),
    "nut": Language("UPS (NUT)", "Battery backups behind a NUT server.", 3493, ("password",)),
}


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a kind of check is called, and what it answers. `name` is what a new one is called."""

    title: str
    question: str
    name: str
    needs_secret: bool = False


KINDS: Mapping[str, KindWords] = {
    "ping": KindWords("Ping", "Is it on the network?", "Answers pings"),
    "tcp": KindWords("Port", "Does a port open?", "Port is open"),
    "sip-udp": KindWords("SIP over UDP", "Is the call engine alive?", "SIP answers"),
    "sip-tcp": KindWords("SIP over TCP", "Is the call engine alive?", "SIP answers (TCP)"),
    "sip-tls": KindWords(
        "SIP over TLS", "Is the call engine alive, and its certificate good?", "SIP answers (TLS)"
    ),
    "sip-login": KindWords(
        "SIP registration", "May a phone sign in? Nothing is changed.", "Phones can sign in", True
    ),
    "web": KindWords("Web page", "Does the page come, as it should?", "Web page comes"),
    "snmp": KindWords("SNMP", "Is the agent alive, and what does it measure?", "SNMP", True),
    "smtp": KindWords("Mail server", "Does it take mail?", "Mail server answers"),
    "ntp": KindWords("Time server", "Is its clock right?", "Clock is right"),
    "dns": KindWords("Name server", "Does it know a name?", "Names are found"),
    "ssh": KindWords("Disks, load, versions", "Is the machine healthy?", "Machine health", True),
    "asterisk": KindWords(
        "Phones and trunks", "Are phones and trunks registered?", "Phones and trunks", True
    ),
    "nut": KindWords("Battery backup", "Is there power, and how long?", "Battery backup"),
    HEARTBEAT: KindWords(
        "Reports by itself", "Does the device call in on time?", "Reports on time"
    ),
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A check that suits a kind of device. `settings` are those that differ from the usual."""

    code: str
    kind: str
    driver: str
    name: str
    every_seconds: int
    settings: Mapping[str, str | int]
    is_important: bool = False
    is_usual: bool = True


PING = Preset("ping", "ping", "network", "Answers pings", 60, {})
WEB = Preset("web", "web", "web", "Web page and certificate", 300, {})
SIP = Preset("sip", "sip-udp", "sip", "SIP answers", 60, {}, is_important=True)
PORTS = {"topics": "system, interfaces"}
BATTERY = {"topics": "system, ups"}

# By kind of device (contracts.DeviceKind). Where a ping is chosen it is the parent of the others.
PRESETS: Mapping[str, Sequence[Preset]] = {
    "pbx": (
        PING,
        SIP,
        Preset("trunks", "asterisk", "asterisk", "Phones and trunks", 300, {}, is_important=True),
        Preset("machine", "ssh", "asterisk", "Disks, load, versions", 900, {}),
        WEB,
    ),
    "gateway": (PING, SIP, WEB),
    "phone": (
        PING,
        Preset("sip", "sip-udp", "sip", "Phone answers SIP", 120, {}, is_usual=False),
    ),
    "switch": (PING, Preset("snmp", "snmp", "snmp", "Uplinks and errors", 300, PORTS), WEB),
    "access_point": (
        PING,
        Preset("snmp", "snmp", "snmp", "Uptime and interfaces", 300, PORTS),
        WEB,
    ),
    "ups": (
        PING,
        Preset("snmp", "snmp", "snmp", "Battery, over SNMP", 60, BATTERY, is_important=True),
        Preset("nut", "nut", "nut", "Battery, over NUT", 60, {}, is_usual=False),
    ),
    "other": (PING, WEB),
}
