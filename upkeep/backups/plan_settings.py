"""What the plan of each driver is told, as one table; checked, so that drivers need not. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from calcom_portal.common.errors import BadInput
from calcom_portal.common.text import has_control

LONGEST_PATH = 200
HIGHEST_PORT = 65535
# What MariaDB takes unquoted, and systemd as the name of a unit.
DATABASE = re.compile(r"[A-Za-z0-9_]{1,64}")
UNIT = re.compile(r"[A-Za-z0-9@_][A-Za-z0-9@_.-]{0,79}")
# Plainer than other paths: the driver for phones takes no others (upkeep.drivers.phone_files).
PLAIN_FOLDER = re.compile(r"(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}){1,12}")
ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]*)*")
PHONE_FILE = re.compile(r"(?:[A-Za-z0-9_.-]|\{serial\}|\{extension\}){1,80}")
KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
# The kernel's own, without an end; and everything at once.
NEVER = ("/", "/proc", "/sys", "/dev", "/run")


@dataclass(frozen=True, slots=True)
class PlanField:
    """One thing that a plan is told. `read` checks what was typed, and is given `name` with it."""

    name: str
    title: str
    help: str
    read: Callable[[str, Any], Any]
    usual: Any = ""


def checked_plan_settings(driver: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a plan's settings: every field of its driver, nothing else.

    Lists come as lists, or as text with one entry a line. Raises BadInput with the field.
    """
    kept = {
        field.name: field.read(field.name, raw.get(field.name, field.usual))
        for field in FIELDS[driver]
    }
    if driver == "ssh" and not (kept["paths"] or kept["databases"] or kept["sqlite"]):
        raise BadInput("Say what is to be kept: folders, or databases.", field="paths")
    if kept.get("phones_folder"):
        _refuse_half_of_phones(kept)
    return kept


def _refuse_half_of_phones(kept: Mapping[str, Any]) -> None:
    for field in PHONE_FIELDS:
        if not kept[field.name]:
            raise BadInput("With a folder for phones this is needed too.", field=field.name)
    folder = kept["phones_folder"]
    if not any(f"{folder}/".startswith(f"{path}/") for path in (kept["config"], *kept["paths"])):
        raise BadInput(
            "This folder is not backed up, and nothing is changed without a backup.",
            field="phones_folder",
            remedy="Add it to the folders and files.",
        )


def _lines(name: str, raw: Any, most: int) -> list[str]:
    entries = raw.splitlines() if isinstance(raw, str) else raw
    if not isinstance(entries, list | tuple) or not all(isinstance(one, str) for one in entries):
        raise BadInput("One entry a line.", field=name)
    wanted = list(dict.fromkeys(one.strip() for one in entries if one.strip()))
    if len(wanted) > most:
        raise BadInput(f"{most} entries at most.", field=name)
    return wanted


def _paths(name: str, raw: Any) -> list[str]:
    return list(dict.fromkeys(_path(name, one) for one in _lines(name, raw, 40)))


def _path(name: str, raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > LONGEST_PATH or has_control(raw):
        raise BadInput(f"A path has {LONGEST_PATH} characters at most.", field=name)
    if not raw.startswith("/") or ".." in raw.split("/"):
        raise BadInput(f"{raw} is no path from the root: write /etc/asterisk.", field=name)
    path = posixpath.normpath("/" + raw.lstrip("/"))
    if path in NEVER or path.startswith(("/proc/", "/sys/", "/dev/")):
        raise BadInput(f"{path} is not backed up: it holds nothing to keep.", field=name)
    return path


def _optional_path(name: str, raw: Any) -> str:
    return "" if raw in {"", None} else _path(name, raw)


def _names(pattern: re.Pattern[str], example: str) -> Callable[[str, Any], list[str]]:
    def read(name: str, raw: Any) -> list[str]:
        entries = _lines(name, raw, 20)
        for one in entries:
            if not pattern.fullmatch(one):
                raise BadInput(f"{one} is no such name: write {example}.", field=name)
        return entries

    return read


def _matching(pattern: re.Pattern[str], example: str) -> Callable[[str, Any], str]:
    def read(name: str, raw: Any) -> str:
        if raw in {"", None}:
            return ""
        if not isinstance(raw, str) or not pattern.fullmatch(raw):
            raise BadInput(f"Write it like {example}.", field=name)
        return raw

    return read


def _yes(name: str, raw: Any) -> bool:
    if raw in {"", None}:
        return False
    if not isinstance(raw, bool):
        raise BadInput("Yes or no.", field=name)
    return raw


def _port(name: str, raw: Any) -> int:
    text = str(raw)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= HIGHEST_PORT):
        raise BadInput(f"A port is between 1 and {HIGHEST_PORT:,}.", field=name)
    return int(text)


DATABASES = PlanField(
    "databases",
    "Databases",
    "Names of MariaDB or MySQL databases, one a line.",
    _names(DATABASE, "asteriskcdrdb"),
)
SUDO = PlanField(
    "sudo", "Use sudo", "Commands are run by `sudo -n`, which never asks for a password.", _yes
)
DEFAULTS_FILE = PlanField(
    "defaults_file",
    "Option file of the database",
    "On the machine: a file that holds the database's login. Empty for the usual one.",
    _optional_path,
)
SERVICES = PlanField(
    "services",
    "Services",
    "systemd units that have to run, one a line.",
    _names(UNIT, "asterisk.service"),
)
PHONE_FIELDS = (
    PlanField(
        "phones_folder",
        "Folder that phones fetch from",
        "Where phones of this site fetch their configuration. Empty: their firmware is updated by"
        " hand.",
        _matching(PLAIN_FOLDER, "/srv/provisioning"),
    ),
    PlanField(
        "phones_url",
        "Its address, as phones see it",
        "",
        _matching(ADDRESS, "http://10.0.0.5/provisioning"),
    ),
    PlanField(
        "phones_file",
        "A phone's own file",
        "{serial} and {extension} stand for those of the phone.",
        _matching(PHONE_FILE, "{serial}.cfg"),
    ),
    PlanField(
        "phones_key",
        "What names the firmware in it",
        "",
        _matching(KEY, "static.firmware.url"),
    ),
)
SSH_FIELDS = (
    PlanField("paths", "Folders and files", "From the root, one a line.", _paths),
    DATABASES,
    PlanField("sqlite", "SQLite databases", "Files, from the root, one a line.", _paths),
    SERVICES,
    SUDO,
    DEFAULTS_FILE,
)
ASTERISK_FIELDS = (
    PlanField("config", "Configuration", "", _path, "/etc/asterisk"),
    PlanField("astdb", "Its own database", "", _optional_path, "/var/lib/asterisk/astdb.sqlite3"),
    PlanField("voicemail", "Voicemail", "", _optional_path, "/var/spool/asterisk/voicemail"),
    PlanField("paths", "More folders and files", "From the root, one a line.", _paths),
    DATABASES,
    SERVICES,
    PlanField("manager_port", "Port of its manager interface", "", _port, 5038),
    SUDO,
    DEFAULTS_FILE,
    *PHONE_FIELDS,
)
FIELDS: Mapping[str, tuple[PlanField, ...]] = {
    "ssh": SSH_FIELDS,
    "asterisk": ASTERISK_FIELDS,
    "drop": (),
    "manual": (),
}
