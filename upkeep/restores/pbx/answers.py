"""What an Asterisk says on its control socket and in its log, read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

# How it greets: who, which process, which version.
VERSION = re.compile(r"^[^/\n]*/\d+/(\S+)$", re.MULTILINE)
ENDPOINT = re.compile(r"^ Endpoint:\s+(?!<)\S", re.MULTILINE)
FOUND = re.compile(r"^Objects found: (\d+)", re.MULTILINE)
CONTEXTS = re.compile(r"^-= .* in (\d+) contexts?\. =-", re.MULTILINE)
MAILBOXES = re.compile(r"^(\d+) voicemail users? configured", re.MULTILINE)
COUNTED = re.compile(r"^COUNT\(\*\): (\d+)", re.MULTILINE)
RUNNING = re.compile(r"^(\S+)\.so\s.*(?<!Not )\bRunning\b", re.MULTILINE)
LOGGED = re.compile(r"^\[\d+\] (?:WARNING|ERROR)\[\d+\][^ ]* [^:]+: (.*)$")
# Of its log only what is known to hold no value is ever shown.
SPOILT = (
    re.compile(r"^parse error: .{1,80}line \d+ of \S+$"),
    re.compile(r"^The file '[^']*' was listed as a #include but it does not exist\.$"),
    re.compile(r"^Contents of config file '[^']*' are invalid and cannot be parsed$"),
    re.compile(r"^Error parsing \S+?=.* at line \d+ of.*$"),
    re.compile(r"^Could not find option suitable for category '[^']*' named '[^']*' at line.*$"),
    re.compile(r"^Could not create an object of type '[^']*' with id '[^']*' from .*$"),
    re.compile(r"^(?:\S+): .* declined to load\.?$|^\S+ declined to load\.$"),
)
# With these a whole file is not read.
FATAL = SPOILT[:3]
VALUE = re.compile(r"(\S+?=).*?( at line)")
FOLDER = re.compile(r"\S*\betc/")
# Made by itself when it starts, or forgotten when its time is over.
ENTRIES = (
    'database query "SELECT COUNT(*) FROM astdb'
    " WHERE key NOT LIKE '/registrar/%' AND key != '/pbx/UUID'\""
)


@dataclass(frozen=True, slots=True)
class Started:
    """What an Asterisk that runs has read from its files."""

    version: str
    extensions: int
    trunks: int
    contexts: int
    mailboxes: int
    entries: int
    modules: frozenset[str] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, which is kept with the rehearsal."""
        facts = asdict(self)
        del facts["modules"]
        return facts


QUESTIONS = {
    "endpoints": "pjsip show endpoints",
    "registrations": "pjsip show registrations",
    "contexts": "dialplan show",
    "mailboxes": "voicemail show users",
    "entries": ENTRIES,
    "modules": "module show",
}


def read_answers(said: dict[str, str]) -> Started:
    """Read the answers to QUESTIONS."""
    version = VERSION.search(said["modules"])
    return Started(
        version=version[1].split("+")[0][:40] if version else "",
        extensions=sum(_is_phone(block) for block in _blocks(said["endpoints"])),
        trunks=_number(FOUND, said["registrations"]),
        contexts=_number(CONTEXTS, said["contexts"]),
        mailboxes=_number(MAILBOXES, said["mailboxes"]),
        entries=_number(COUNTED, said["entries"]),
        modules=frozenset(RUNNING.findall(said["modules"])),
    )


def spoilt_lines(log: str, *, fatal: bool = False) -> list[str]:
    """Return what its log says of files that it could not read, each once, without values.

    `fatal`: only where a whole file was not read.
    """
    wanted = FATAL if fatal else SPOILT
    said = (found[1] for line in log.splitlines() if (found := LOGGED.match(line)))
    kept = (line for line in said if any(pattern.match(line) for pattern in wanted))
    return list(dict.fromkeys(_shown(line) for line in kept))


def _shown(line: str) -> str:
    return FOLDER.sub("", VALUE.sub(r"\1…\2", line))[:200].rstrip()


def _blocks(said: str) -> Iterator[str]:
    starts = [found.start() for found in ENDPOINT.finditer(said)]
    ends: Iterable[int] = [*starts[1:], len(said)]
    for start, end in zip(starts, ends, strict=False):
        yield said[start:end]


def _is_phone(block: str) -> bool:
    """Does somebody sign in to it? A trunk signs in elsewhere."""
    return " InAuth: " in block and " OutAuth: " not in block


def _number(pattern: re.Pattern[str], said: str) -> int:
    found = pattern.search(said)
    return int(found[1]) if found else 0
