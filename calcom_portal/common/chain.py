"""Hash chains: append-only rows that can be verified later.

Each provider has one head a chain. A row's hash covers the former hash, its number and its body,
as stored: sha256(previous + ":" + number + ":" + body), in hexadecimal. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One stored row of a chain."""

    number: int
    previous: str
    body: str
    digest: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold, and why."""

    number: int
    why: str


def canonical(value: Any) -> str:
    """Return the one JSON text of `value`: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(previous: str, number: int, body: str) -> str:
    """Return the hash of a row."""
    return hashlib.sha256(f"{previous}:{number}:{body}".encode()).hexdigest()


def extend(head: tuple[int, str], bodies: Iterable[str]) -> Iterator[Link]:
    """Yield the rows that follow `head` (number, hash), one for each body."""
    number, previous = head
    for body in bodies:
        number += 1
        link = Link(number, previous, body, digest(previous, number, body))
        yield link
        previous = link.digest


def first_break(links: Iterable[Link]) -> Break | None:
    """Walk a whole chain in order and return where it breaks, or None."""
    expected, previous = 1, GENESIS
    for link in links:
        if link.number != expected:
            return Break(expected, f"row {expected} is missing")
        if link.previous != previous:
            return Break(link.number, "the row does not follow the one before it")
        if link.digest != digest(link.previous, link.number, link.body):
            return Break(link.number, "the row was changed after it was written")
        expected, previous = expected + 1, link.digest
    return None
