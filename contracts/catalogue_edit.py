"""What an administrator may change in the catalogue, and what a change does not touch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.db import models

from calcom_portal.common.chain import canonical
from contracts.models import Clause, Contract, ContractState, Terms, Tier, TierClause
from contracts.sla import Promise


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """What a clause says: the code, a title, the words that are signed, and what they mean."""

    code: str
    title: str
    wording: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class ClauseOffer:
    """How a tier offers a clause. `wording` is its own, "" that of the clause.

    `monthly_price` belongs to optional clauses; None: agreed apart.
    """

    is_optional: bool = False
    monthly_price: Decimal | None = None
    wording: str = ""


@dataclass(frozen=True, slots=True)
class TierWords:
    """What a tier says apart from its clauses."""

    name: str
    summary: str
    promise: Promise


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that a change would change, in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Touched:
    """How many contracts have what is changed: signed ones keep it, drafts follow."""

    signed: int
    drafts: int

    @classmethod
    def by_clause(cls, clause: Clause) -> Touched:
        """Count the contracts with a clause, in whatever tier."""
        rows = TierClause.objects.filter(clause=clause)
        tiers = list(rows.values_list("tier__code", flat=True))
        return cls(_signed(_with(clause)), _drafts().filter(draft__tier__in=tiers).count())

    @classmethod
    def by_tier(cls, tier: Tier, clause: Clause | None = None) -> Touched:
        """Count the contracts of a tier, or those of them with a clause."""
        terms = _with(clause) if clause else Terms.objects.all()
        return cls(
            _signed(terms.filter(tier_code=tier.code)),
            _drafts().filter(draft__tier=tier.code).count(),
        )

    def sentences(self, what: str) -> list[str]:
        """Say it, such as "3 contracts were signed with this wording; they keep it."."""
        return list(self._sentences(what))

    def _sentences(self, what: str) -> Iterator[str]:
        if self.signed == 1:
            yield f"1 contract was signed with {what}; it keeps it."
        elif self.signed:
            yield f"{self.signed} contracts were signed with {what}; they keep it."
        else:
            yield f"No contract was signed with {what} yet."
        if self.drafts == 1:
            yield "1 draft takes over what you change here."
        elif self.drafts:
            yield f"{self.drafts} drafts take over what you change here."


def is_used(clause: Clause) -> bool:
    """Does a tier or a signed contract refer to the code of a clause?"""
    return TierClause.objects.filter(clause=clause).exists() or _with(clause).exists()


def clause_stamp(clause: Clause) -> str:
    """Return a stamp of what an editor of a clause looks at; another one: it has changed."""
    return _stamp([clause.code, clause.title, clause.wording, clause.meaning])


def tier_stamp(tier: Tier) -> str:
    """Return the same of a tier."""
    return _stamp([tier.name, tier.summary, tier.promise])


def offer_stamp(row: TierClause) -> str:
    """Return the same of a clause in a tier."""
    return _stamp([row.is_optional, str(row.monthly_price), row.wording])


def changed(pairs: Sequence[tuple[str, str, str]]) -> list[Changed]:
    """Return those of (what, before, after) that differ."""
    return [Changed(*pair) for pair in pairs if pair[1] != pair[2]]


def _stamp(values: list[object]) -> str:
    return sha256(canonical({"values": values}).encode()).hexdigest()[:16]


def _with(clause: Clause) -> models.QuerySet[Terms]:
    return Terms.objects.filter(clauses__contains=[{"code": clause.code}])


def _signed(terms: models.QuerySet[Terms]) -> int:
    return terms.values("contract").distinct().count()


def _drafts() -> models.QuerySet[Contract]:
    return Contract.objects.filter(state=ContractState.DRAFT)
