"""What a step would do to a contract: it is carried out, looked at, and taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import NoReturn, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from contracts.actions import Changed
from contracts.covered_things import Covered, Thing
from contracts.day_words import spell_day
from contracts.impact import Moved
from contracts.models import Contract, ContractState, SigningState, Terms
from contracts.renewals import DAY
from contracts.terms_diff import TermsDiff, compare_terms

Act = Callable[[], Changed]


@dataclass(frozen=True, slots=True)
class Picture:
    """A contract at a moment: last day, newest terms, and what its customer has covered."""

    ends_on: date | None
    renewal: str
    is_ending: bool
    terms: Terms
    covered: Covered
    is_cancelled: bool
    waits: bool

    @classmethod
    def of(cls, contract_id: int) -> Self:
        """Read the contract as it is now. Four queries."""
        contract = Contract.objects.get(pk=contract_id)
        terms = contract.terms.select_related("calendar").latest("number")
        return cls(
            ends_on=contract.ends_on,
            renewal=contract.renewal.words(),
            is_ending=bool(contract.ending),
            terms=terms,
            covered=Covered.of(contract),
            is_cancelled=contract.state == ContractState.CANCELLED,
            waits=contract.signing_requests.filter(state=SigningState.WAITING).exists(),
        )


@dataclass(frozen=True, slots=True)
class Consequences:
    """What would change. Each line is a sentence; `moved` are open deadlines."""

    changes: tuple[str, ...]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    prices: tuple[str, ...]
    moved: tuple[Moved, ...]
    base: int

    @property
    def digest(self) -> str:
        """Return what ties an answer to exactly these consequences."""
        text = json.dumps(asdict(self), cls=DjangoJSONEncoder, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def between(cls, before: Picture, after: Picture, moved: Sequence[Moved]) -> Self:
        """Compare two moments."""
        same_terms = before.terms.pk == after.terms.pk
        diff = TermsDiff() if same_terms else compare_terms(before.terms, after.terms)
        return cls(
            changes=(*_dates(before, after), *_versions(before, after), *diff.changes),
            begins=tuple(_begins(before, after)),
            ends=tuple(_ends(before, after)),
            gained=diff.gained,
            lost=diff.lost,
            prices=diff.prices,
            moved=tuple(moved),
            base=before.terms.number,
        )


class ChangedMeanwhile(Exception):
    """What was shown is no longer what would happen: it has to be shown again."""

    def __init__(self, consequences: Consequences) -> None:
        super().__init__("The consequences are others than those that were shown.")
        self.consequences = consequences


class _Rehearsed(Exception):
    def __init__(self, consequences: Consequences) -> None:
        super().__init__("Taken back.")
        self.consequences = consequences


def rehearse(contract: Contract, act: Act) -> Consequences:
    """Return what `act` would do; nothing of it stays. It raises what `act` raises.

    The very action runs, so that the preview can say nothing else than what will happen.
    """
    try:
        _try_out(contract, act)
    except _Rehearsed as rehearsed:
        return rehearsed.consequences


def refuse_unseen(contract: Contract, act: Act, seen: str) -> None:
    """Raise ChangedMeanwhile unless `act` would still do what was `seen`. Nothing of it stays."""
    found = rehearse(contract, act)
    if found.digest != seen:
        raise ChangedMeanwhile(found)


def carry_out(contract: Contract, act: Act, seen: str) -> Consequences:
    """Do `act` if its consequences are those with the digest `seen`.

    Raises ChangedMeanwhile otherwise, and nothing has happened.
    """
    with transaction.atomic():
        found = _consequences(contract, act)
        if found.digest != seen:
            raise ChangedMeanwhile(found)
    return found


def _try_out(contract: Contract, act: Act) -> NoReturn:
    with transaction.atomic():
        raise _Rehearsed(_consequences(contract, act))


def _consequences(contract: Contract, act: Act) -> Consequences:
    before = Picture.of(contract.pk)
    moved = act().moved
    return Consequences.between(before, Picture.of(contract.pk), moved)


def _dates(before: Picture, after: Picture) -> Iterator[str]:
    if not before.is_cancelled and after.is_cancelled:
        yield "It is cancelled and never comes into force."
    if before.waits and not after.waits:
        yield "The amendment that waits for a signature is taken back."
    if before.ends_on != after.ends_on:
        was, will = _spell(before.ends_on), _spell(after.ends_on)
        yield f"The last day is {will} (before: {was})."
    if not before.is_ending and after.is_ending:
        yield "It is not renewed any more."
    elif before.is_ending and not after.is_ending:
        yield f"It goes on as agreed: {after.renewal[0].lower()}{after.renewal[1:]}."
    elif before.renewal != after.renewal:
        yield f"{after.renewal} (before: {before.renewal[0].lower()}{before.renewal[1:]})."


def _versions(before: Picture, after: Picture) -> Iterator[str]:
    if before.terms.pk != after.terms.pk:
        since = spell_day(after.terms.effective_on)
        yield f"Version {after.terms.number} of the terms counts from {since} on."
    elif after.ends_on is not None and after.terms.effective_on > after.ends_on:
        since = spell_day(after.terms.effective_on)
        yield f"Version {after.terms.number} of the terms, from {since}, never comes into force."


def _begins(before: Picture, after: Picture) -> Iterator[str]:
    for thing, spans in after.covered.by_it.items():
        known = {first for first, _ in before.covered.days_of(thing)}
        for first, _ in spans:
            if first not in known:
                yield f"{after.covered.names[thing]}: covered from {spell_day(first)} on."


def _ends(before: Picture, after: Picture) -> Iterator[str]:
    for thing, spans in before.covered.by_it.items():
        name, left = before.covered.names[thing], dict(after.covered.days_of(thing))
        for first, last in spans:
            if first not in left:
                yield f"{name}: {_from(first, after.covered.else_on(thing, first))}."
            elif left[first] != last:
                yield f"{name}: {_until(thing, (left[first], last), after.covered)}."


def _from(first: date, otherwise: str) -> str:
    return f"from {spell_day(first)} on {otherwise}" if otherwise else "is not covered at all"


def _until(thing: Thing, days: tuple[date | None, date | None], after: Covered) -> str:
    will, was = days
    # Later than before: nothing is lost, whatever else covers it.
    is_earlier = will is not None and (was is None or will < was)
    if will is not None and is_earlier and (otherwise := after.else_on(thing, will + DAY)):
        return f"from {spell_day(will + DAY)} on {otherwise}"
    return f"covered until {_spell(will)} (before: {_spell(was)})"


def _spell(day: date | None) -> str:
    return "no agreed end" if day is None else spell_day(day)
