"""What a check of each kind can be told, as one table. Pure.

Settings are a flat JSON object of texts and whole numbers: `checked_settings` is the only door in,
for the editor, the API and questions out of turn. Nothing here imports the probes themselves, so
that web pages need not carry them; `questions` turns settings into a question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from calcom_portal.common.errors import BadInput
from monitoring.setting_readers import (
    Reader,
    Value,
    number,
    one_of,
    read_codes,
    read_host,
    read_limits,
    read_name,
    read_page,
    read_path,
    some_of,
    text,
)

Settings = Mapping[str, Value]

# A check without a probe: the device reports by itself.
HEARTBEAT: Final = "heartbeat"

SHORTEST_INTERVAL = timedelta(seconds=30)
LONGEST_INTERVAL = timedelta(days=1)
SHORTEST_TIMEOUT = timedelta(milliseconds=200)
LONGEST_TIMEOUT = timedelta(seconds=60)

HIGHEST_PORT = 65535
SCHEMES = ("https", "http")
RECORDS = ("A", "AAAA", "CNAME", "MX", "NAPTR", "SRV", "TXT")
SNMP_TOPICS = ("system", "interfaces", "storage", "ups", "poe")
SSH_TOPICS = (
    *("disk", "inodes", "uptime", "load", "memory", "version"),
    *("clock", "log", "logins", "boots", "updates"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a kind of check can be told; the key of its JSON is `name`.

    `read(name, raw)` returns the value to keep or raises BadInput. `default` of None means that it
    has to be given. Of `choices` one is taken, or several with commas where `is_many`.
    """

    name: str
    title: str
    read: Reader
    default: Value | None
    help: str = ""
    choices: tuple[str, ...] = ()
    is_many: bool = False


HOST = Setting(
    "host", "Name or address", read_host, "", "Empty: that of the connection, which is usual."
)
PORT = Setting(
    "port", "Port", number(0, HIGHEST_PORT), 0, "0: that of the connection, else the usual one."
)
LIMITS = Setting(
    "limits",
    "Limits beyond which it is impaired",
    read_limits,
    "",
    "Such as tls.days_left >= 30. Empty: the usual ones.",
)
PLACE = (HOST, PORT)
SIP = (
    *PLACE,
    Setting("alive", "Answers that mean it is well", read_codes, "", "Empty: every final answer."),
    Setting("degraded", "Answers that mean it is impaired", read_codes, "503"),
    LIMITS,
)

# Adding a kind of probe means adding its line here.
SETTINGS: Mapping[str, tuple[Setting, ...]] = {
    "sip-udp": SIP,
    "sip-tcp": SIP,
    "sip-tls": SIP,
    "sip-login": PLACE,
    "tcp": PLACE,
    "web": (
        Setting("page", "Address of the page", read_page, "", "Empty: made of the parts below."),
        Setting("scheme", "Protocol", one_of(*SCHEMES), "https", choices=SCHEMES),
        *PLACE,
        Setting("path", "Path", read_path, "/"),
        Setting("statuses", "Answers that mean it is well", read_codes, "200-399"),
        Setting("text", "Text that the page must hold", text(), ""),
        LIMITS,
    ),
    "snmp": (
        *PLACE,
        Setting(
            "topics",
            "What to read",
            some_of(*SNMP_TOPICS),
            "system",
            choices=SNMP_TOPICS,
            is_many=True,
        ),
        LIMITS,
    ),
    "smtp": (*PLACE, LIMITS),
    "ntp": (*PLACE, LIMITS),
    "dns": (
        *PLACE,
        Setting("name", "Name to look up", read_name, None),
        Setting("record", "Record", one_of(*RECORDS), "A", choices=RECORDS),
        Setting("wanted", "What one of the answers must hold", text(), ""),
    ),
    "ping": (HOST, LIMITS),
    "ssh": (
        *PLACE,
        Setting(
            "topics",
            "What to read",
            some_of(*SSH_TOPICS),
            "disk, uptime, load, memory, version",
            choices=SSH_TOPICS,
            is_many=True,
        ),
        LIMITS,
    ),
    "ssh-key": PLACE,
    "asterisk": (
        *PLACE,
        Setting("manager_port", "Port of the manager (AMI)", number(1, HIGHEST_PORT), 5038),
        LIMITS,
    ),
    "nut": (
        *PLACE,
        Setting("ups", "Name of the power supply", text(60), "", "Empty: the only one."),
        LIMITS,
    ),
    HEARTBEAT: (
        Setting(
            "grace_seconds",
            "Seconds that it may be late",
            number(30, 7 * 86400),
            300,
            "After this long without a report the device counts as silent.",
        ),
    ),
}

# Which kinds a connection can carry, by its driver.
KINDS_OF_DRIVER: Mapping[str, tuple[str, ...]] = {
    "network": ("ping", "tcp", "smtp", "ntp", "dns"),
    "sip": ("sip-udp", "sip-tcp", "sip-tls", "sip-login"),
    "web": ("web",),
    "snmp": ("snmp",),
    "ssh": ("ssh", "ssh-key"),
    "asterisk": ("asterisk", "ssh", "ssh-key"),
    "nut": ("nut",),
    "push": (HEARTBEAT,),
}


def checked_settings(kind: str, raw: Mapping[str, object]) -> dict[str, Value]:
    """Return the settings of a check of `kind` as they are kept, with every default filled in.

    Raises BadInput with the name of the setting for what cannot be accepted, and for what this kind
    cannot be told.
    """
    if kind not in SETTINGS:
        raise BadInput("Choose what to ask from the list.", field="kind")
    known = {setting.name: setting for setting in SETTINGS[kind]}
    if stranger := next((name for name in raw if name not in known), None):
        raise BadInput("A check of this kind has no such setting.", field=str(stranger)[:60])
    return {name: _read(setting, raw.get(name)) for name, setting in known.items()}


def _read(setting: Setting, raw: object) -> Value:
    if raw is not None and raw != "":
        return setting.read(setting.name, raw)
    if setting.default is None:
        raise BadInput(f"{setting.title} is missing.", field=setting.name)
    return setting.default
