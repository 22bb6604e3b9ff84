"""The time zones that people choose from."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Return the IANA zones that have a place in their name, and UTC."""
    places = sorted(name for name in available_timezones() if _is_place(name))
    return [(name, spell_zone(name)) for name in ("UTC", *places)]


def spell_zone(name: str) -> str:
    """Return a zone as people read it: "America/Los Angeles"."""
    return name.replace("_", " ")


def _is_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))
