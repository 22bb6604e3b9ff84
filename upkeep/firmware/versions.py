"""Which of two versions is newer, by the maker's own way of counting. Pure.

`compare` answers None for what cannot be put in order: two trains of a switch, words that hold no
number. Whoever asks must not take that for "equal".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Final

LONGEST = 80

# A version on its own: digits with dots, whatever a maker adds, and a platform in front (YA.16.11).
VERSION: Final = r"(?:[A-Z]{1,3}\.)?\d+(?:\.\d+)+[\w.()~+:-]*"
AFTER_A_WORD: Final = re.compile(
    rf"\b(?:version|revision|firmware|release)[ :=]*v?({VERSION}|\d+)", re.IGNORECASE
)
SOMEWHERE: Final = re.compile(rf"(?<![\w.])v?({VERSION})")
A_NUMBER: Final = re.compile(r"(?<![\w.])(\d+)(?![\w.])")


def version_in(text: str, *, model: str = "") -> str:
    """Return the version that a greeting or description names; "" when it names none.

    "Yealink SIP-T46S 66.86.0.15" is 66.86.0.15, "Debian GNU/Linux 12 (bookworm)" is 12. A number
    in the name of the `model` is no version: an "IP Office 500 V2" that says its name tells none.
    """
    text = text[:400]
    if model:
        text = re.sub(re.escape(model), " ", text, flags=re.IGNORECASE)
    for pattern in (AFTER_A_WORD, SOMEWHERE, A_NUMBER):
        if found := pattern.search(text):
            return found[1].rstrip(".,;:-(")[:LONGEST]
    return ""


def compare(vendor: str, one: str, other: str) -> int | None:
    """Return -1, 0 or 1 as `one` is older than, the same as or newer than `other`.

    None when the maker's versions cannot be put in order.
    """
    if not (HAS_NUMBER.search(one) and HAS_NUMBER.search(other)):
        return None
    way = WAYS.get(vendor.strip().casefold(), by_parts)
    return way(one.strip(), other.strip())


def is_older(vendor: str, one: str, other: str) -> bool:
    """Is `one` surely older than `other`?"""
    return compare(vendor, one, other) == -1


HAS_NUMBER: Final = re.compile(r"\d")
# What distributions append to a version that they packed anew.
REPACKED: Final = re.compile(r"[~+.-]?(?:dfsg|repack).*")
PART: Final = re.compile(r"\d+|[a-z]+")
# What comes before the version that it names; every other word comes after it (SP1, cert2, p3).
EARLY: Final[Mapping[str, int]] = {"dev": -4, "alpha": -3, "beta": -2, "pre": -2, "rc": -1}
NOTHING: Final = (1, 0, "")


def by_parts(one: str, other: str) -> int | None:
    """Compare number by number; 22.0.0-rc1 comes before 22.0.0, and 9.4 SP1 after 9.4."""
    for part, mate in zip_longest(_parts(one), _parts(other), fillvalue=""):
        if _key(part) != _key(mate):
            return 1 if _key(part) > _key(mate) else -1
    return 0


def by_train(one: str, other: str) -> int | None:
    """Compare versions with a platform or train in front: YA.16.11 says nothing about KB.16.10."""
    if PLATFORM.match(one) and PLATFORM.match(other) and _platform(one) != _platform(other):
        return None
    return by_parts(PLATFORM.sub("", one), PLATFORM.sub("", other))


PLATFORM: Final = re.compile(r"([A-Z]{1,3})\.(?=\d)")


def _platform(version: str) -> str:
    found = PLATFORM.match(version)
    return found[1] if found else ""


def by_ios(one: str, other: str) -> int | None:
    """Compare 15.2(7)E3: numbers first, then the train, which must be the same."""
    first, second = IOS.match(one), IOS.match(other)
    if not (first and second):
        return by_parts(one, other)
    numbers = by_parts(first[1], second[1])
    if numbers:
        return numbers
    if first[2] != second[2]:
        return None
    return by_parts(first[3] or "0", second[3] or "0")


IOS: Final = re.compile(r"(\d+\.\d+(?:\(\d+\w?\))?)([A-Z]*)(\d*\w*)\Z")


def by_debian(one: str, other: str) -> int | None:
    """Compare as dpkg does: epoch, upstream version, revision (deb-version(7))."""
    first, second = _split(one), _split(other)
    if first[0] != second[0]:
        return 1 if first[0] > second[0] else -1
    return _debian_part(first[1], second[1]) or _debian_part(first[2], second[2])


def _split(version: str) -> tuple[int, str, str]:
    epoch, colon, rest = version.partition(":")
    if not (colon and epoch.isdecimal()):
        epoch, rest = "0", version
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return int(epoch[:9]), upstream, revision


def _debian_part(one: str, other: str) -> int:
    while one or other:
        words = RUN.match(one), RUN.match(other)
        for mine, theirs in zip_longest(_letters(words[0]), _letters(words[1]), fillvalue=END):
            if mine != theirs:
                return 1 if mine > theirs else -1
        one, other = _rest(words[0], one), _rest(words[1], other)
        numbers = DIGITS.match(one), DIGITS.match(other)
        mine_number, their_number = _number(numbers[0]), _number(numbers[1])
        if mine_number != their_number:
            return 1 if mine_number > their_number else -1
        one, other = _rest(numbers[0], one), _rest(numbers[1], other)
    return 0


RUN: Final = re.compile(r"\D*")
DIGITS: Final = re.compile(r"\d*")
# The end sorts after a tilde and before everything else.
END: Final = 0


def _letters(found: re.Match[str] | None) -> Iterator[int]:
    for sign in found[0] if found else "":
        yield -1 if sign == "~" else ord(sign) if sign.isalpha() else ord(sign) + 256


def _rest(found: re.Match[str] | None, text: str) -> str:
    return text[found.end() :] if found else text


def _number(found: re.Match[str] | None) -> int:
    return int((found[0] if found else "")[:40] or 0)


def _parts(version: str) -> list[str]:
    parts: list[str] = []
    for part in PART.findall(REPACKED.sub("", version.lower())):
        # 2.0 and 2.0.0 are the same, and so are 2.0-rc1 and 2.0.0-rc1.
        while not part.isdecimal() and _is_zero(parts):
            parts.pop()
        parts.append(part)
    while _is_zero(parts):
        parts.pop()
    return parts


def _is_zero(parts: list[str]) -> bool:
    return len(parts) > 1 and parts[-1].isdecimal() and int(parts[-1][:40]) == 0


def _key(part: str) -> tuple[int, int, str]:
    """Return where a part sorts: early words, nothing, other words, numbers."""
    if not part:
        return NOTHING
    if part.isdecimal():
        return (3, int(part[:40]), "")
    return (0, EARLY[part], "") if part in EARLY else (2, 0, part)


WAYS: Final[Mapping[str, Callable[[str, str], int | None]]] = {
    **dict.fromkeys(("debian", "ubuntu", "raspberry pi"), by_debian),
    **dict.fromkeys(("aruba", "hp", "hpe", "procurve"), by_train),
    "cisco": by_ios,
}
