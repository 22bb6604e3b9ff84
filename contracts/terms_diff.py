"""What one version of terms changes against another, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts.contract_page import METRICS, PRIORITIES
from contracts.models import Terms
from contracts.price_list import rate_lines
from contracts.rates import Rates, Rounding
from contracts.sla import Promise

NOTHING, LISTED = "nothing promised", "as the price list"


@dataclass(frozen=True, slots=True)
class TermsDiff:
    """What changes: clauses by title, prices and everything else in sentences."""

    changes: tuple[str, ...] = ()
    prices: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """Return all of it as sentences."""
        return [
            *self.changes,
            *(f"New clause: {title}." for title in self.gained),
            *(f"No longer in the contract: {title}." for title in self.lost),
            *self.prices,
        ]


def compare_terms(old: Terms, new: Terms) -> TermsDiff:
    """Say what `new` changes against `old`."""
    before, after = _clauses(old), _clauses(new)
    return TermsDiff(
        changes=(*_particulars(old, new), *_targets(old, new), *_rewordings(before, after)),
        prices=(*_extras(before, after), *_rates(old, new)),
        gained=tuple(_title(after[code]) for code in after if code not in before),
        lost=tuple(_title(before[code]) for code in before if code not in after),
    )


def _particulars(old: Terms, new: Terms) -> Iterator[str]:
    if old.tier_name != new.tier_name:
        yield f"{old.tier_name} becomes {new.tier_name}."
    if old.calendar_id != new.calendar_id:
        yield f"Hours are counted by “{new.calendar.name}” instead of “{old.calendar.name}”."


def _targets(old: Terms, new: Terms) -> Iterator[str]:
    before, after = Promise.from_dict(old.promise), Promise.from_dict(new.promise)
    for priority, problem, _ in PRIORITIES:
        for metric, what in METRICS:
            was, will = before.target(priority, metric), after.target(priority, metric)
            if was != will:
                now = f"within {will.words()}" if will else NOTHING
                then = f"within {was.words()}" if was else NOTHING
                yield f"{problem}: {what.lower()} {now} (before: {then})."


def _rewordings(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for code, clause in after.items():
        if code in before and before[code]["wording"] != clause["wording"]:
            yield f"New wording: {_title(clause)}."


def _extras(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for code, clause in after.items():
        was = before.get(code, {}).get("price")
        if clause["optional"] and _money(was) != _money(clause["price"]):
            now = f"{clause['price']} a month" if clause["price"] else "no price agreed"
            then = f" (before: {was} a month)" if was else ""
            yield f"{_title(clause)}: {now}{then}."


def _rates(old: Terms, new: Terms) -> Iterator[str]:
    before, after = dict(_rate_lines(old)), dict(_rate_lines(new))
    if not before and not after:
        return
    if not after:
        yield "Labour costs what the price list says on the day of the work."
    for what, amount in after.items():
        if (was := before.get(what, LISTED)) != amount:
            yield f"{what}: {amount} (before: {was})."


def _rate_lines(terms: Terms) -> list[tuple[str, str]]:
    if not terms.rates or not terms.rounding:
        return []
    return rate_lines(Rates.from_dict(terms.rates), Rounding.from_dict(terms.rounding))


def _clauses(terms: Terms) -> dict[str, Any]:
    return {clause["code"]: clause for clause in terms.clauses}


def _title(clause: dict[str, Any]) -> str:
    return f"{clause['title']} ({clause['code']})"


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
