"""The file that a phone fetches its configuration from, and what a plan says of it. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upkeep.drivers.base import DriverFailed
from upkeep.drivers.wanted import Target

FOLDER = re.compile(r"(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}){1,12}")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%?&=+-]*)*")
ENDPOINT = re.compile(r"[A-Za-z0-9_.-]{1,80}")
SHA256 = re.compile(r"[0-9a-f]{64}")
FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "folder": (FOLDER, "/srv/provisioning"),
    "phone_file": (NAME, "001565aabbcc.cfg"),
    "key": (NAME, "static.firmware.url"),
    "base_url": (ADDRESS, "http://pbx.example/provisioning"),
    "endpoint": (ENDPOINT, "101"),
}


@dataclass(frozen=True, slots=True)
class PhonePlan:
    """Where a phone fetches from: its own file in a folder, with `key = address` of its firmware.

    `base_url` is the folder as the phone sees it; `endpoint` is whom it signs in as.
    """

    folder: str
    phone_file: str
    key: str
    base_url: str
    endpoint: str

    @property
    def path(self) -> str:
        """Return where the phone's own file is."""
        return posixpath.join(self.folder, self.phone_file)

    def name_of(self, target: Target) -> str:
        """Return the name that a firmware is published by; the same name is the same file."""
        name = posixpath.basename(target.url.partition("?")[0])
        return f"{target.sha256.lower()[:12]}-{name}"

    def address_of(self, target: Target) -> str:
        """Return where the phone fetches a firmware."""
        return f"{self.base_url.rstrip('/')}/{self.name_of(target)}"


def phone_plan(settings: Mapping[str, Any]) -> PhonePlan:
    """Return what a plan says of a phone. Raises DriverFailed for what could be something else."""
    kept = {}
    for name, (form, example) in FORMS.items():
        value = settings.get(name)
        if not isinstance(value, str) or not form.fullmatch(value):
            raise DriverFailed(f"The {name} of the phone is no such thing: write {example}.")
        kept[name] = value
    return PhonePlan(**kept)


def is_address_of_file(url: str) -> bool:
    """Is it an address over HTTP that ends in the name of a file?"""
    name = posixpath.basename(url.partition("?")[0])
    return bool(ADDRESS.fullmatch(url) and NAME.fullmatch(name))


def checked_file(target: Target) -> None:
    """Raise DriverFailed unless it is known where a firmware is, and what it has to be."""
    if not is_address_of_file(target.url):
        raise DriverFailed(f"The catalogue has no address of the file of {target.version}.")
    if not SHA256.fullmatch(target.sha256.lower()):
        raise DriverFailed(f"The catalogue has no SHA-256 of the file of {target.version}.")


def line_of(text: str, key: str) -> str:
    """Return the last line that sets `key`, without its end; "" when none does."""
    found = _line(key).findall(text)
    return found[-1] if found else ""


def with_line(text: str, key: str, line: str) -> str:
    """Return the text with `line` in the place of all that set `key`; none of them for ""."""
    former = [found.start() for found in _line(key).finditer(text)]
    rest = re.sub(rf"{_line(key).pattern}(?:\r?\n|\Z)", "", text, flags=re.MULTILINE)
    if not line:
        return rest
    at = former[0] if former else len(rest)
    head, tail = rest[:at], rest[at:]
    end = "\r\n" if "\r\n" in text else "\n"
    if head and not head.endswith("\n"):
        head += end
    return f"{head}{line}{end}{tail}"


def value_of(line: str) -> str:
    """Return what a line sets its key to."""
    return line.partition("=")[2].strip()


def _line(key: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=[^\r\n]*", re.MULTILINE)
