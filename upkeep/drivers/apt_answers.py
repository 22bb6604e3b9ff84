"""What dpkg and apt answer, read into values. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

# dpkg-query(1), db:Status-Abbrev: the second letter. Installed, its files gone, never there.
SETTLED = frozenset("icn")
ON_HOLD = "h"
INSTALLED = "i"
STEP = re.compile(r"(Inst|Remv) (\S+)(?: \[([^\]\s]+)\])?(?: \((\S+))?")
CLAUSE = re.compile(r"\s*([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9]+)?\s*\(=\s*([^\s)]+)\s*\)\s*")
MOST_STANZAS = 400
EPOCH = re.compile(r"[0-9]+:")
REVISION = re.compile(r"-[^-]*\Z")
# What distributions add to the maker's own version when they pack it anew.
REPACKED = re.compile(r"[~+.](?:dfsg|ds|repack|deb[0-9]).*\Z")


@dataclass(frozen=True, slots=True)
class State:
    """How a package stands on a machine."""

    version: str
    letters: str

    @property
    def is_well(self) -> bool:
        """Is it installed, and set up to its end?"""
        return self.letters[1:2] == INSTALLED and len(self.letters.strip()) == 2

    @property
    def is_there(self) -> bool:
        """Are its files there, set up or not?"""
        return self.letters[1:2] not in {"c", "n", ""}

    @property
    def is_on_hold(self) -> bool:
        """Did somebody say that it has to stay as it is?"""
        return self.letters[:1] == ON_HOLD

    @property
    def is_unfinished(self) -> bool:
        """Did something end in the middle of it?"""
        return self.letters[1:2] not in SETTLED or len(self.letters.strip()) > 2


@dataclass(frozen=True, slots=True)
class Stanza:
    """What a source says of a package. `sha256` is "" where no source offers it any more."""

    name: str
    version: str
    sha256: str = ""
    file_bytes: int = 0
    installed_bytes: int = 0
    depends: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A package that becomes another version: from `before` ("" for none) to `after`."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an installation would do."""

    changes: tuple[Change, ...]
    removed: tuple[str, ...]


def read_states(said: str) -> dict[str, State]:
    """Return how every package stands, by name."""
    rows = (row.split("\t") for row in said.splitlines())
    return {row[0]: State(row[2], row[1]) for row in rows if len(row) == 3}


def read_stanzas(said: str) -> list[Stanza]:
    """Return what `apt-cache show` prints; of several sources there are several stanzas."""
    found = [_stanza(_fields(text)) for text in said.split("\n\n")[:MOST_STANZAS]]
    return [stanza for stanza in found if stanza.name]


def read_foreseen(said: str) -> Foreseen:
    """Return what `apt-get --simulate` foresees."""
    steps = [found.groups() for line in said.splitlines() if (found := STEP.match(line))]
    return Foreseen(
        tuple(
            Change(name, before or "", after or "")
            for verb, name, before, after in steps
            if verb == "Inst"
        ),
        tuple(name for verb, name, _, _ in steps if verb == "Remv"),
    )


def exact_needs(stanza: Stanza, there: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the packages, with versions, that go with this one and no other version of theirs.

    apt looks for no others than the newest by itself. Of alternatives, those that are `there`
    count; where none is, the first one does.
    """
    for clause in stanza.depends.split(","):
        ways = [CLAUSE.fullmatch(one) for one in clause.split("|")]
        exact = [(found[1], found[2]) for found in ways if found]
        yield from [one for one in exact if one[0] in there] or (exact if len(ways) == 1 else [])


def is_version(wanted: str, packed: str) -> bool:
    """Is a package's version the wanted one? That may be the maker's own: 22.5.0 is 1:22.5.0-2."""
    own = REVISION.sub("", EPOCH.sub("", packed, count=1))
    return wanted in {packed, own, REPACKED.sub("", own)}


def _fields(text: str) -> Mapping[str, str]:
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and not line.startswith((" ", "\t")):
            fields.setdefault(name, value.strip())
    return fields


def _stanza(fields: Mapping[str, str]) -> Stanza:
    is_offered = "Filename" in fields
    depends = (fields[name] for name in ("Pre-Depends", "Depends") if name in fields)
    return Stanza(
        fields.get("Package", ""),
        fields.get("Version", ""),
        fields.get("SHA256", "").lower() if is_offered else "",
        _number(fields.get("Size", "")),
        # Debian Policy 5.6.20: in units of 1024 bytes.
        _number(fields.get("Installed-Size", "")) * 1024,
        ", ".join(depends),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
