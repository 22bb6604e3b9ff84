"""What the demo's customers have signed. Data only; days are counted back from the load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.renewals import NO_RENEWAL, Renewal, RenewalRule


@dataclass(frozen=True, slots=True)
class AgreementSpec:
    """A contract. Without sites and systems it covers the whole customer; `ended` days ago.

    `ends_in` days it ends unless it is renewed; below zero it has been renewed since.
    `scanned`: it was signed on paper. `note`: it is not signed yet, but sent with these words.
    """

    customer: str
    tier: str
    signed_by: str
    sites: tuple[str, ...] = ()
    systems_at: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    ended: int | None = None
    signed: bool = True
    scanned: bool = False
    note: str = ""
    ends_in: int | None = None
    renewal: Renewal = NO_RENEWAL


TIER1, TIER2 = "TIER1", "TIER2"
PRACTICES: Final = "Tier 2 · Medical practices"
YEARLY: Final = Renewal(RenewalRule.AUTOMATIC, 12, 30)
BY_HAND: Final = Renewal(RenewalRule.MANUAL, 12, 30)

# Mission Bay Bakery (C-1012) has never signed one.
AGREEMENTS: Final = (
    AgreementSpec("C-1001", TIER2, "Amit Bhatt", renewal=YEARLY),
    AgreementSpec("C-1002", TIER2, "Julia Finch", renewal=YEARLY, scanned=True),
    AgreementSpec("C-1003", TIER1, "Sam Ortiz"),
    AgreementSpec("C-1003", TIER2, "Sam Ortiz", sites=("Oakland Harbor",)),
    AgreementSpec("C-1004", TIER1, "Beth Carver", options=("VOICEMAIL",)),
    AgreementSpec("C-1005", TIER2, "Isabel Navarro", ends_in=48, renewal=BY_HAND),
    AgreementSpec("C-1006", TIER2, "Farah Aziz", ends_in=75, renewal=YEARLY),
    AgreementSpec("C-1007", TIER1, "Captain Joe Bianchi", ends_in=-20, renewal=YEARLY),
    AgreementSpec("C-1008", TIER1, "Maria Santos"),
    AgreementSpec("C-1008", TIER2, "Maria Santos", systems_at=("San Leandro showroom",)),
    AgreementSpec("C-1009", TIER2, "Helen Draper"),
    AgreementSpec("C-1010", TIER2, "Nadia Petrov", ended=40),
    AgreementSpec("C-1011", TIER2, "", signed=False),
    AgreementSpec(
        "C-1001",
        PRACTICES,
        "",
        sites=("Market Street",),
        signed=False,
        note="As we said on the telephone: four hours instead of eight for Market Street, because"
        " patients call there. The other two practices stay as they are.",
    ),
)
