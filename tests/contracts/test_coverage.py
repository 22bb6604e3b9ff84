"""Every cell of the agreement: tier, kind of work, warranty, hours. And the words for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import TIERS
from contracts.coverage import (
    BY_WORK,
    RULES,
    Agreed,
    Case,
    Equipment,
    Rule,
    Work,
    contract_year,
    decide,
)
from contracts.rates import Rates
from contracts.warranty import Warranty, WarrantyState
from tests.contracts.coverage_table import FURTHER, TABLE

RATES = Rates("USD", Decimal("95.00"), Decimal("142.50"), Decimal("45.00"))
WORDS_OF_RATES = {
    "normal": "USD 95.00 an hour.",
    "after": "USD 142.50 an hour outside business hours.",
    "trip": "USD 45.00 a trip.",
}
AGREED = {
    "none": None,
    **{tier.code: Agreed(tier.name, frozenset(tier.included)) for tier in TIERS},
}
STATES = ("none", "not_yet", "active", "expired")


def listed(state: str) -> Warranty:
    """Return a product's warranty on the day."""
    return Warranty(WarrantyState(state), date(2026, 1, 1), date(2027, 3, 31), 1, "CT-2001")


def cells() -> Iterator[tuple[str, str, str, bool, str]]:
    """Yield tier, work, warranty, in hours, and who pays."""
    for line in TABLE.strip("\n").splitlines()[2:]:
        tier, work, *payers = line.split()
        columns = [(state, hours == "in") for state in STATES for hours in ("in", "out")]
        assert len(payers) == len(columns), line
        for (state, in_hours), payer in zip(columns, payers, strict=True):
            yield tier, work, state, in_hours, payer


CELLS = list(cells())


def test_the_table_has_every_cell_once() -> None:
    every = {
        (tier, work.value, state, in_hours)
        for tier in AGREED
        for work in Work
        for state in STATES
        for in_hours in (True, False)
    }
    assert len(CELLS) == len(every) == 264
    assert {cell[:4] for cell in CELLS} == every


@pytest.mark.parametrize(("tier", "work", "state", "in_hours", "payer"), CELLS)
def test_a_cell_is_paid_for_as_the_agreement_says(
    tier: str, work: str, state: str, in_hours: bool, payer: str
) -> None:
    case = Case(Work(work), AGREED[tier], listed(state), in_hours=in_hours)
    decision = decide(case, RATES)
    if payer in WORDS_OF_RATES:
        assert (decision.covered, decision.clause) == (False, "")
        assert decision.reason.endswith(WORDS_OF_RATES[payer])
        assert decision.rate == decision.worth
    else:
        assert (decision.covered, decision.clause, decision.rate) == (True, payer, None)
        assert decision.reason.startswith(f"{decision_subject(work)} is included in Tier ")


def decision_subject(work: str) -> str:
    """Return how a sentence about the work begins."""
    return {
        "restore": "Restoring a system",
        "firmware": "A firmware update",
        "inspection": "An inspection",
        "trip": "A trip",
    }.get(work, Work(work).label)


@pytest.mark.parametrize("line", FURTHER.strip().splitlines())
def test_equipment_errand_and_earlier_inspections_count(line: str) -> None:
    tier, work, equipment, state, errand, before, payer, *_ = line.split()
    case = Case(
        Work(work),
        AGREED[tier],
        listed(state),
        Equipment(equipment),
        inspections=int(before),
        errand=None if errand == "-" else Work(errand),
    )
    decision = decide(case, RATES)
    assert decision.worth is not None
    assert (decision.clause or decision.worth.price.value) == payer


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (
            Case(Work.TROUBLESHOOTING, AGREED["TIER2"]),
            "Troubleshooting is included in Tier 2 · Extended warranty.",
        ),
        (
            Case(Work.TRAINING, AGREED["TIER1"]),
            "Training is not part of Tier 1 · Remote only: USD 95.00 an hour.",
        ),
        (Case(Work.TRAINING, None), "No contract covers this: USD 95.00 an hour."),
        (
            Case(Work.PROGRAMMING, AGREED["TIER1"], in_hours=False),
            (
                "Programming is included in normal business hours only:"
                " USD 142.50 an hour outside business hours."
            ),
        ),
        (
            Case(Work.REINSTALLATION, AGREED["TIER2"], listed("active")),
            (
                "Removal and re-installation is included in Tier 2 · Extended warranty during the"
                " extended warranty, until 31 Mar 2027."
            ),
        ),
        (
            Case(Work.REINSTALLATION, AGREED["TIER2"], listed("expired")),
            (
                "Removal and re-installation is included during the extended warranty only, and the"
                " warranty of this product ended on 31 Mar 2027: USD 95.00 an hour."
            ),
        ),
        (
            Case(Work.REINSTALLATION, AGREED["TIER2"], listed("not_yet")),
            (
                "Removal and re-installation is included during the extended warranty only, and the"
                " warranty of this product begins on 1 Jan 2026: USD 95.00 an hour."
            ),
        ),
        (
            Case(Work.REINSTALLATION, AGREED["TIER2"]),
            (
                "Removal and re-installation is included during the extended warranty only, and"
                " this product is not on your warranty list: USD 95.00 an hour."
            ),
        ),
        (
            Case(Work.REINSTALLATION, AGREED["TIER2"], equipment=Equipment.UNNAMED),
            (
                "Removal and re-installation is included during the extended warranty only, and no"
                " product of the warranty list was named: USD 95.00 an hour."
            ),
        ),
        (
            Case(Work.INSPECTION, AGREED["TIER2"], inspections=1),
            (
                "The inspection that is included in this year of the contract was done before:"
                " USD 95.00 an hour."
            ),
        ),
        (
            Case(Work.TROUBLESHOOTING, AGREED["TIER2"], equipment=Equipment.FOREIGN),
            "This is not equipment that your contract covers: USD 95.00 an hour.",
        ),
        (
            Case(Work.TRIP, AGREED["TIER2"], errand=Work.INSPECTION),
            "A trip is included in Tier 2 · Extended warranty for the yearly inspection.",
        ),
    ],
)
def test_a_customer_reads_why(case: Case, reason: str) -> None:
    assert decide(case, RATES).reason == reason


CODES = sorted({rule.clause for rule in RULES} | {"HOURS", "VOICEMAIL", "OWN"})
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
CASES = st.builds(
    Case,
    work=st.sampled_from(Work),
    agreed=st.none()
    | st.builds(Agreed, tier=st.text(max_size=20), clauses=st.frozensets(st.sampled_from(CODES))),
    warranty=st.builds(
        Warranty,
        state=st.sampled_from(WarrantyState),
        starts_on=st.none() | DAYS,
        ends_on=st.none() | DAYS,
    ),
    equipment=st.sampled_from(Equipment),
    in_hours=st.booleans(),
    inspections=st.integers(0, 5),
    errand=st.none() | st.sampled_from(Work),
)


@given(CASES)
def test_there_is_always_one_answer_and_a_reason(case: Case) -> None:
    decision = decide(case, RATES)
    assert decision == decide(replace(case), RATES)
    assert decision.reason.endswith(".")
    assert decision.covered == bool(decision.clause) == (decision.rate is None)
    assert decision.worth is not None


@given(CASES)
def test_without_a_price_list_the_decision_is_the_same(case: Case) -> None:
    with_rates, without = decide(case, RATES), decide(case, None)
    assert (without.covered, without.clause) == (with_rates.covered, with_rates.clause)
    assert without.worth is None
    assert without.covered or without.reason.endswith(": charged by our price list.")


@given(CASES)
def test_only_a_clause_of_the_contract_pays(case: Case) -> None:
    decision = decide(case, RATES)
    if decision.covered:
        assert case.agreed is not None
        assert decision.clause in case.agreed.clauses
        assert Rule in {type(rule) for rule in BY_WORK[case.work, errand_of(case)]}


def errand_of(case: Case) -> Work | None:
    """Return what a trip is for; other work has no errand."""
    return case.errand if case.work is Work.TRIP else None


@given(CASES, st.sampled_from(CODES))
def test_a_further_clause_never_makes_anything_billable(case: Case, code: str) -> None:
    if case.agreed is None or not decide(case, RATES).covered:
        return
    more = replace(case, agreed=replace(case.agreed, clauses=case.agreed.clauses | {code}))
    assert decide(more, RATES).covered


@pytest.mark.parametrize(
    ("starts_on", "day", "year"),
    [
        ("2025-04-01", "2026-03-31", ("2025-04-01", "2026-03-31")),
        ("2025-04-01", "2026-04-01", ("2026-04-01", "2027-03-31")),
        ("2024-02-29", "2025-02-28", ("2024-02-29", "2025-02-28")),
        ("2024-02-29", "2025-03-01", ("2025-03-01", "2026-02-28")),
        ("2024-02-29", "2028-02-29", ("2028-02-29", "2029-02-28")),
    ],
)
def test_the_year_of_a_contract_begins_on_its_anniversary(
    starts_on: str, day: str, year: tuple[str, str]
) -> None:
    found = contract_year(date.fromisoformat(starts_on), date.fromisoformat(day))
    assert tuple(map(str, found)) == year
