"""Public holidays by country and subdivision, out of the `holidays` package, as proposals.

Calendars keep the dates that somebody chose, so another release of the package moves no deadline.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import Any

from calcom_portal.common.errors import BadInput

YEARS_AHEAD = 5
OBSERVED = " (observed)"


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """One holiday and the dates on which it falls, observed ones included."""

    name: str
    days: tuple[date, ...]
    observed: frozenset[date] = frozenset()


def years_from(year: int) -> tuple[int, ...]:
    """Return the years for which an editor proposes holidays."""
    return tuple(range(year, year + YEARS_AHEAD))


@lru_cache(maxsize=64)
def holidays_from_library(
    country: str, subdivision: str, years: tuple[int, ...]
) -> tuple[PublicHoliday, ...]:
    """Return the public holidays of `years`, in the order of the first year.

    Codes are those of ISO 3166. Raises BadInput for a country or a subdivision that is not known.
    """
    if country not in dict(countries()):
        raise BadInput(
            "We know no public holidays of this country.",
            field="country",
            remedy="Choose a country of the list, or none and write your own days.",
        )
    if subdivision and subdivision not in dict(subdivisions(country)):
        raise BadInput(
            "This is not a state or region of the country.",
            field="subdivision",
            remedy="Load the holidays of the country and choose again.",
        )
    days: dict[str, list[date]] = defaultdict(list)
    observed: dict[str, set[date]] = defaultdict(set)
    for day, names in sorted(_library(country, subdivision or None, years).items()):
        for name in dict.fromkeys(names.replace(OBSERVED, "").split("; ")):
            days[name].append(day)
            if name + OBSERVED in names:
                observed[name].add(day)
    return tuple(
        PublicHoliday(name, tuple(dates), frozenset(observed[name])) for name, dates in days.items()
    )


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """Return codes and names of the countries that are known, by name."""
    registry = import_module("holidays.registry")
    named = ((codes[1], _spaced(codes[0])) for codes in registry.COUNTRIES.values())
    known = _package().list_supported_countries(include_aliases=False)
    return tuple(sorted((pair for pair in named if pair[0] in known), key=lambda pair: pair[1]))


@lru_cache(maxsize=300)
def subdivisions(country: str) -> tuple[tuple[str, str], ...]:
    """Return codes and names of the states or regions of a country; none for an unknown one."""
    codes = _package().list_supported_countries(include_aliases=False).get(country, [])
    if not codes:
        return ()
    names = {code: name for name, code in _library(country, None, ()).subdivisions_aliases.items()}
    return tuple(sorted(((code, names.get(code, code)) for code in codes), key=lambda row: row[1]))


def _library(country: str, subdivision: str | None, years: tuple[int, ...]) -> Any:
    # Every country speaks English here, or has only its own names: then the package falls back by
    # itself.
    return _package().country_holidays(country, subdiv=subdivision, years=years, language="en_US")


def _package() -> Any:
    # Loaded when somebody edits a calendar: it takes as much memory as all our own code.
    return import_module("holidays")


def _spaced(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", class_name)


def holiday_names(country: str, subdivision: str, years: tuple[int, ...]) -> dict[date, str]:
    """Return what the public holidays of `years` are called, by date; nothing for no country."""
    if not country or not years:
        return {}
    try:
        rows = holidays_from_library(country, subdivision, years)
    except BadInput:
        return {}
    return {day: row.name + OBSERVED * (day in row.observed) for row in rows for day in row.days}
