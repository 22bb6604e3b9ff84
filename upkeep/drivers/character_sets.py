"""The character set and the collation with which a database makes its tables. Pure.

A dump tells those of its tables, and not those of the database: one that a restore has to create
would get the server's own, and so would every table that is made in it later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DATABASE = "database:"
# `utf8mb4 utf8mb4_unicode_ci`, as the server tells it: it is put into a statement later.
TOLD = re.compile(r"[A-Za-z0-9_]{1,64} [A-Za-z0-9_]{1,64}")


def read_character_set(database: str, said: str) -> dict[str, str]:
    """Return the fact of a baseline by what a server said; nothing for what is no such answer."""
    told = " ".join(said.split())
    return {f"{DATABASE}{database}": told} if TOLD.fullmatch(told) else {}


def character_sets(baseline: Mapping[str, Any]) -> dict[str, str]:
    """Return what a baseline tells, by the names of the databases."""
    facts = ((name, value) for name, value in baseline.items() if name.startswith(DATABASE))
    return {
        name.removeprefix(DATABASE): value
        for name, value in facts
        if isinstance(value, str) and TOLD.fullmatch(value)
    }


def creation_options(told: str) -> str:
    """Return what stands behind CREATE DATABASE; "" where it is not known."""
    if not TOLD.fullmatch(told):
        return ""
    character_set, collation = told.split(" ")
    return f" CHARACTER SET {character_set} COLLATE {collation}"
