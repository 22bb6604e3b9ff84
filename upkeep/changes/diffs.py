"""What a change does to a file, for people: a diff in which every secret is masked. Pure.

Masked is too much rather than too little: what stands behind a word such as `password` goes to the
end of its line, and each secret that is found so is masked wherever else it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MASK = "••••••"
AROUND = 3
MOST_LINES = 400
LONGEST_LINE = 240
SHORTEST_SECRET, LONG_ENOUGH = 4, 8
# Masked where it stands; as words elsewhere they tell nothing.
NO_SECRETS = frozenset({"true", "false", "none", "null", "userpass", "plain", "default"})

WORD = r"secret|passwo?r?d|passwd|passphrase|pass|md5_cred|token|api_?key|priv\w*key|community|psk"
# password=x · "password": "x" · <password>x · export DB_PASS=x
NAMED = re.compile(
    rf"((?:{WORD}|credential|(?<![A-Za-z])pin(?![A-Za-z]))[\w.\-]*[\"']?\s*(?:=>|[=:>])\s*)(\S.*)$",
    re.IGNORECASE,
)
# PASSWORD x · password "x" (phones, switches)
SPACED = re.compile(
    r"((?:^|\s)(?:secret|password|community|passphrase)\s+(?:\d\s+)?)(\S.*)$", re.IGNORECASE
)
# 101 => 1234,Alice Desk (voicemail.conf)
MAILBOX = re.compile(r"^(\s*;?\s*(?!exten\b|same\b)[\w*#-]+\s*=>\s*)(-?[0-9*#]+)(?=\s*(?:,|$))")
# register => user:secret@host · postgres://user:secret@host
IN_ADDRESS = re.compile(
    r"((?<![\w.+%-])(?!(?:sips?|tel|mailto|xmpp):)[\w.+%-]+:)([^:@\s/,;]+)(?=@[\w\[.-])"
)
AUTHENTICATE = re.compile(r"(Authenticate\()([^,)]+)", re.IGNORECASE)
CRYPTED = re.compile(r"()(\$[0-9a-z]{1,3}\$\S+)")
LONG_WORD = re.compile(
    r"()((?<![\w+/=-])(?=[\w+/=-]*[0-9])(?=[\w+/=-]*[A-Za-z])[\w+/=-]{28,}(?![\w+/=-]))"
)
PATTERNS = (NAMED, SPACED, MAILBOX, IN_ADDRESS, AUTHENTICATE, CRYPTED, LONG_WORD)
KEY_BEGINS, KEY_ENDS = re.compile(r"-----BEGIN .*KEY"), re.compile(r"-----END .*KEY")


class Side(StrEnum):
    """What became of a line."""

    SAME = "same"
    OUT = "out"
    IN = "in"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff."""

    side: Side
    text: str

    def plain(self) -> dict[str, str]:
        """Return it as JSON can hold it."""
        return {name: str(value) for name, value in asdict(self).items()}


def masked_diff(before: str, after: str) -> list[DiffLine]:
    """Return the lines that differ, with three around them; nothing in them is a secret."""
    secrets = secrets_of(before) | secrets_of(after)
    old, new = _pairs(before, secrets), _pairs(after, secrets)
    found: list[DiffLine] = []
    matcher = SequenceMatcher(None, [raw for raw, _ in old], [raw for raw, _ in new], False)
    for number, group in enumerate(matcher.get_grouped_opcodes(AROUND)):
        if number:
            found.append(DiffLine(Side.GAP, ""))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [DiffLine(Side.SAME, shown) for _, shown in old[i1:i2]]
                continue
            found += [DiffLine(Side.OUT, shown) for _, shown in old[i1:i2]]
            found += [DiffLine(Side.IN, shown) for _, shown in new[j1:j2]]
    if len(found) > MOST_LINES:
        rest = len(found) - MOST_LINES
        return [*found[:MOST_LINES], DiffLine(Side.GAP, f"{rest} lines more")]
    return found


def counted(diff: Iterable[DiffLine]) -> tuple[int, int]:
    """Return how many lines came, and how many went."""
    sides = [line.side for line in diff]
    return sides.count(Side.IN), sides.count(Side.OUT)


def secrets_of(text: str) -> frozenset[str]:
    """Return what is masked for where it stands, each part that is long enough to be told."""
    found: set[str] = set()
    for line, is_key in _with_keys(text):
        if is_key:
            found.add(line.strip())
        for pattern in PATTERNS:
            for match in pattern.finditer(line):
                found |= _parts(match[2])
    return frozenset(one for one in found - NO_SECRETS if len(one) >= SHORTEST_SECRET)


def masked(line: str, secrets: Iterable[str] = ()) -> str:
    """Return a line without its secrets, nor any of those that are known from elsewhere."""
    for pattern in PATTERNS:
        line = pattern.sub(rf"\g<1>{MASK}", line)
    for secret in sorted(secrets, key=len, reverse=True):
        line = line.replace(secret, MASK)
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def _pairs(text: str, secrets: frozenset[str]) -> list[tuple[str, str]]:
    """Return each line as it is, and as it is shown."""
    return [
        (line, MASK if is_key else masked(_printable(line), secrets))
        for line, is_key in _with_keys(text)
    ]


def _with_keys(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines; whether each is inside of a private key."""
    inside = False
    for line in text.splitlines():
        inside = inside and not KEY_ENDS.search(line)
        yield line, inside
        inside = inside or bool(KEY_BEGINS.search(line))


def _parts(value: str) -> set[str]:
    """Return a masked value, also without its quotes, tags and what ends it."""
    bare = value.split(" ;")[0].strip()
    inner = bare.strip("\"',;)}]")
    return {
        value.strip(),
        bare,
        *bare.split()[:1],
        inner,
        inner.split("</")[0].strip("\"'"),
        # Behind the secret may stand a word of its own, in front of it one too.
        *(word for word in bare.split() if len(word) >= LONG_ENOUGH),
    }


def _printable(line: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\t" else "�" for sign in line)
