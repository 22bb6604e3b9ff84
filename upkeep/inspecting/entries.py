"""What a technician's phone sends, read and checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from calcom_portal.common.errors import BadInput
from calcom_portal.common.text import has_control, is_blank, one_form

Value = TypeVar("Value")
MOST = 200
KINDS = ("answer", "serial", "extra", "finish")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its id from the phone, what it is, when it was written, and its fields."""

    client_id: UUID
    kind: str
    written_at: datetime
    body: Mapping[str, Any]

    def text(self, name: str, limit: int, *, several_lines: bool = False) -> str:
        """Return a text of it, "" for none. Raises BadInput naming the field."""
        value = self.body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise BadInput("This is no text.", field=name, remedy="Type it again.")
        text = one_form(value.strip())
        if has_control(text, allowed="\n\t" if several_lines else ""):
            raise BadInput("This holds invisible characters.", field=name, remedy="Type it again.")
        if len(text) > limit:
            raise BadInput(
                f"This is longer than {limit:,} characters.", field=name, remedy="Shorten it."
            )
        return "" if is_blank(text) else text

    def number(self, name: str) -> int:
        """Return a whole number. Raises BadInput naming the field."""
        value = self.body.get(name)
        if type(value) is not int or not 0 <= value < 10**18:
            raise BadInput("This is no number of a line.", field=name)
        return value

    def reading(self, name: str) -> float | None:
        """Return a reading; None for none. Raises BadInput naming the field."""
        value = self.body.get(name)
        if value is None:
            return None
        if type(value) not in (int, float) or not math.isfinite(value):
            raise BadInput("Write a number such as 21.5.", field=name)
        return float(value)

    def instant(self, name: str) -> datetime:
        """Return an instant. Raises BadInput naming the field."""
        return read_instant(self.body.get(name), name)


def read_entries(raw: Any) -> list[Entry]:
    """Return the entries of a message of the phone. Raises BadInput for what is none."""
    entries = raw.get("entries") if isinstance(raw, dict) else None
    if not isinstance(entries, list) or len(entries) > MOST:
        raise BadInput(
            f"A message of the phone holds up to {MOST} entries.",
            field="entries",
            remedy="Open the page again: what you wrote stays on the phone.",
        )
    found = [_entry(one) for one in entries]
    if len({entry.client_id for entry in found}) != len(found):
        raise BadInput("An entry stands there twice.", field="entries")
    return found


def _entry(raw: Any) -> Entry:
    if not isinstance(raw, dict) or raw.get("kind") not in KINDS:
        raise BadInput("This is no entry of an inspection.", field="kind")
    body = {name: value for name, value in raw.items() if name not in ("client_id", "kind", "at")}
    return Entry(
        read_id(raw.get("client_id")), raw["kind"], read_instant(raw.get("at"), "at"), body
    )


def read_id(value: Any) -> UUID:
    """Return the id that a phone gave an entry. Raises BadInput."""
    return _read(UUID, value, "client_id", "This is no id of an entry.")


def read_instant(value: Any, field: str) -> datetime:
    words = "This is no time with its zone."
    instant = _read(datetime.fromisoformat, value, field, words)
    if instant.tzinfo is None or not 2000 <= instant.year <= 2199:
        raise BadInput(words, field=field)
    return instant


def _read(read: Callable[[str], Value], value: Any, field: str, words: str) -> Value:
    try:
        return read(value if isinstance(value, str) and len(value) <= 40 else "")
    except ValueError:
        raise BadInput(words, field=field) from None
