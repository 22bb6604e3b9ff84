"""What of a baseline a restore has to bring back. Pure (clause RESTORE)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

TABLE = "table:"
SERVICE = "service:"
CONFIGURATION = "config"
MOST_WORDS = 450


def comparable(baseline: Mapping[str, Any], parts: Iterable[str]) -> dict[str, Any]:
    """Return the facts of a baseline that have to hold when these parts were given back.

    Tables of databases that were left alone have lived on; phones and trunks come from the
    configuration.
    """
    names = set(parts)
    return {name: value for name, value in baseline.items() if _is_about(name, names)}


def differing_tables(baseline: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the tables, as `database.table`, that are not as they were."""
    tables = (name for name in baseline if name.startswith(TABLE))
    return sorted(name.removeprefix(TABLE) for name in tables if now.get(name) != baseline[name])


def in_short(sentences: Iterable[str]) -> str:
    """Return sentences as one text that fits into a fact."""
    said = list(sentences)
    kept: list[str] = []
    for sentence in said:
        if len(" ".join([*kept, sentence])) > MOST_WORDS:
            return " ".join([*kept, f"And {len(said) - len(kept)} more."])
        kept.append(sentence)
    return " ".join(kept)


def _is_about(name: str, parts: set[str]) -> bool:
    if name.startswith(TABLE):
        database = name.removeprefix(TABLE).partition(".")[0]
        return f"db-{database}" in parts
    return name.startswith(SERVICE) or CONFIGURATION in parts
