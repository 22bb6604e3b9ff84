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
from contracts.day_words import spell_day
from contracts.impact import Moved
from contracts.models import Contract, ContractState, Cover, SigningState, Terms
from contracts.renewals import DAY
from contracts.terms_diff import TermsDiff, compare_terms

Act = Callable[[], Changed]
Days = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Picture:
    """A contract at a moment: last day, newest terms, and the days of each thing it covers."""

    ends_on: date | None
    renewal: str
    is_ending: bool
    terms: Terms
    covers: dict[str, tuple[Days, ...]]
    is_cancelled: bool
    waits: bool

    @classmethod
    def of(cls, contract_id: int) -> Self:
        """Read the contract as it is now. Four queries."""
        contract = Contract.objects.get(pk=contract_id)
        terms = contract.terms.select_related("calendar").latest("number")
        covers: dict[str, tuple[Days, ...]] = {}
        for cover in contract.covers.select_related("site", "device__site").order_by("pk"):
            if cover.during is not None:
                name = _name(cover)
                covers[name] = (*covers.get(name, ()), _days(cover))
        return cls(
            ends_on=contract.ends_on,
            renewal=contract.renewal.words(),
            is_ending=bool(contract.ending),
            terms=terms,
            covers=covers,
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
    for name, spans in after.covers.items():
        for first, _ in set(spans) - set(before.covers.get(name, ())):
            if first not in {old for old, _ in before.covers.get(name, ())}:
                yield f"{name}: covered from {spell_day(first)} on."


def _ends(before: Picture, after: Picture) -> Iterator[str]:
    for name, spans in before.covers.items():
        left = dict(after.covers.get(name, ()))
        for first, last in spans:
            if first not in left:
                yield f"{name}: is not covered at all."
            elif left[first] != last:
                yield f"{name}: covered until {_spell(left[first])} (before: {_spell(last)})."


def _days(cover: Cover) -> Days:
    upper = cover.during.upper
    return cover.during.lower, None if upper is None else upper - DAY


def _name(cover: Cover) -> str:
    if cover.device is not None:
        return f"{cover.device.name} at {cover.device.site.name}"
    return str(cover.site or "The whole company")


def _spell(day: date | None) -> str:
    return "no agreed end" if day is None else spell_day(day)
