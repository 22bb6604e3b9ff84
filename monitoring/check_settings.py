"""What a check of each kind can be told, as one table, and the reading of what people typed. Pure.

Settings are a flat JSON object of texts and whole numbers: `checked_settings` is the only door in,
for the editor, the API and questions out of turn. Nothing here imports the probes themselves, so
that web pages need not carry them; `questions` turns settings into a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from calcom_portal.common.errors import BadInput
from calcom_portal.common.text import has_control, has_line_break, is_blank

Value = str | int
Settings = Mapping[str, Value]
Reader = Callable[[str, object], Value]

# A check without a probe: the device reports by itself.
HEARTBEAT: Final = "heartbeat"

SHORTEST_INTERVAL = timedelta(seconds=30)
LONGEST_INTERVAL = timedelta(days=1)
SHORTEST_TIMEOUT = timedelta(milliseconds=200)
LONGEST_TIMEOUT = timedelta(seconds=60)

HIGHEST_PORT = 65535
LONGEST_HOST = 253
LONGEST_LABEL = 63
LONGEST_ADDRESS = 500
LONGEST_TEXT = 200
LOWEST_CODE, HIGHEST_CODE = 100, 699
DIGITS = re.compile(r"[0-9]{1,9}")
CODES = re.compile(r"[0-9]{3}(?:\s*-\s*[0-9]{3})?")
LABEL = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?")
SCHEMES = ("https", "http")
RECORDS = ("A", "AAAA", "CNAME", "MX", "NAPTR", "SRV", "TXT")


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a kind of check can be told; the key of its JSON is `name`.

    `read(name, raw)` returns the value to keep or raises BadInput. `default` of None means that it
    has to be given.
    """

    name: str
    title: str
    read: Reader
    default: Value | None
    help: str = ""
    choices: tuple[str, ...] = ()


def text(longest: int = LONGEST_TEXT) -> Callable[[str, object], str]:
    """Return a reader of one line of text."""

    def read(name: str, raw: object) -> str:
        if not isinstance(raw, str):
            raise BadInput("This has to be text.", field=name)
        if len(raw) > longest:
            raise BadInput(f"This may be {longest} characters long at most.", field=name)
        if has_control(raw) or has_line_break(raw):
            raise BadInput("This may hold no line breaks and no invisible signs.", field=name)
        return raw.strip()

    return read


def number(lowest: int, highest: int) -> Reader:
    """Return a reader of a whole number in plain digits, both ends included."""

    def read(name: str, raw: object) -> int:
        plain = str(raw).strip() if isinstance(raw, str | int) else ""
        if isinstance(raw, bool) or not DIGITS.fullmatch(plain):
            raise BadInput("This has to be a whole number, such as 5060.", field=name)
        if not lowest <= int(plain) <= highest:
            raise BadInput(f"This has to be between {lowest} and {highest}.", field=name)
        return int(plain)

    return read


def one_of(*choices: str) -> Reader:
    """Return a reader of one word out of a few."""

    def read(name: str, raw: object) -> str:
        if raw not in choices:
            raise BadInput(f"This has to be one of {', '.join(choices)}.", field=name)
        return str(raw)

    return read


def read_codes(name: str, raw: object) -> str:
    """Read status codes such as "200-299, 401", and write them in one form."""
    parts = [part.strip() for part in str(raw).split(",") if part.strip()]
    if not isinstance(raw, str) or not all(CODES.fullmatch(part) for part in parts):
        raise BadInput('Write status codes such as "200-299, 401".', field=name)
    spans = [tuple(int(end) for end in part.split("-")) for part in parts]
    if any(not LOWEST_CODE <= span[0] <= span[-1] <= HIGHEST_CODE for span in spans):
        raise BadInput(
            f"Status codes are between {LOWEST_CODE} and {HIGHEST_CODE}, the lower one first.",
            field=name,
        )
    return ", ".join("-".join(str(end) for end in span) for span in spans)


def codes_of(written: str) -> frozenset[int]:
    """Return the codes that a text read by `read_codes` stands for."""
    spans = [[int(end) for end in part.split("-")] for part in written.split(",") if part.strip()]
    return frozenset(code for span in spans for code in range(span[0], span[-1] + 1))


def read_host(name: str, raw: object) -> str:
    """Read the name or the address of a machine ("" for the connection's).

    Where it may lie is the egress policy's matter, when it is asked.
    """
    host = text(LONGEST_HOST)(name, raw)
    if host and not (":" in host or _is_plain(host)):
        raise BadInput(
            f"{host!r} is no name of a machine.",
            field=name,
            remedy="Write a name such as pbx.example.com, or an address such as 192.0.2.1.",
        )
    return host


def _is_plain(host: str) -> bool:
    try:
        labels = host.rstrip(".").encode("idna").decode().split(".")
    except UnicodeError:
        return False
    return all(len(label) <= LONGEST_LABEL and LABEL.fullmatch(label) for label in labels)


def read_page(name: str, raw: object) -> str:
    """Read the address of a page ("" for the connection's)."""
    page = text(LONGEST_ADDRESS)(name, raw)
    if page and not page.lower().startswith(("http://", "https://")):
        raise BadInput("Write an address that begins with http:// or https://.", field=name)
    if "@" in page.partition("://")[2].partition("/")[0]:
        raise BadInput("Leave the name and the password out of the address.", field=name)
    return page


def read_path(name: str, raw: object) -> str:
    """Read the path of a page."""
    path = text(LONGEST_ADDRESS)(name, raw)
    if not path.startswith("/"):
        raise BadInput("Write a path that begins with /.", field=name)
    return path


def read_name(name: str, raw: object) -> str:
    """Read a name to look up; underscores are allowed in it (_sip._udp.example.com)."""
    asked = text(LONGEST_HOST)(name, raw)
    if is_blank(asked) or not _is_plain(asked.replace("_", "x")):
        raise BadInput(f"{asked!r} is no name that can be looked up.", field=name)
    return asked


HOST = Setting(
    "host", "Name or address", read_host, "", "Empty: that of the connection, which is usual."
)
PORT = Setting(
    "port", "Port", number(0, HIGHEST_PORT), 0, "0: that of the connection, else the usual one."
)
PLACE = (HOST, PORT)
SIP = (
    *PLACE,
    Setting("alive", "Answers that mean it is well", read_codes, "", "Empty: the usual ones."),
    Setting("degraded", "Answers that mean it is impaired", read_codes, "503"),
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
    ),
    "snmp": PLACE,
    "smtp": PLACE,
    "ntp": PLACE,
    "dns": (
        *PLACE,
        Setting("name", "Name to look up", read_name, None),
        Setting("record", "Record", one_of(*RECORDS), "A", choices=RECORDS),
        Setting("wanted", "What one of the answers must hold", text(), ""),
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
    "network": ("tcp", "smtp", "ntp", "dns"),
    "sip": ("sip-udp", "sip-tcp", "sip-tls", "sip-login"),
    "web": ("web",),
    "snmp": ("snmp",),
    "ssh": (),
    "asterisk": (),
    "nut": (),
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
