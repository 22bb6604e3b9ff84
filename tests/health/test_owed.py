"""Which systems are owed a health check (clause HEALTH)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.owed_health import CoverSpan, owed_checks
from monitoring.periods import Month

LONG_AGO = Month(2000, 1)
DEVICE, SITE, CUSTOMER = (0, -1), (1, -1), (2, -1)


def span(
    contract_id: int,
    starts_on: str,
    ends_on: str | None = None,
    *,
    rank: tuple[int, int] = CUSTOMER,
    health: bool = True,
    today: str = "2026-11-23",
) -> CoverSpan:
    ends = date.fromisoformat(ends_on) if ends_on else None
    return CoverSpan(
        contract_id, rank, date.fromisoformat(starts_on), ends, health, date.fromisoformat(today)
    )


def owed(*spans: CoverSpan, since: Month = LONG_AGO) -> str:
    return " ".join(f"{one.month}/{one.contract_id}" for one in owed_checks(spans, since=since))


def test_a_contract_that_begins_in_the_middle_of_a_month_owes_that_month_too() -> None:
    assert owed(span(1, "2026-09-20")) == "2026-09/1 2026-10/1 2026-11/1"


def test_nothing_is_owed_before_the_first_day_nor_without_the_clause() -> None:
    assert owed(span(1, "2026-11-24")) == ""
    assert owed(span(1, "2026-09-20", health=False)) == ""


def test_the_nearest_cover_decides_alone() -> None:
    company = span(1, "2026-10-01")
    without = span(2, "2026-10-01", rank=DEVICE, health=False)
    assert owed(company, without) == ""
    assert owed(company, span(2, "2026-10-01", rank=SITE)) == "2026-10/2 2026-11/2"


def test_a_month_is_owed_once_by_the_contract_that_promised_it_first() -> None:
    former, later = span(1, "2026-10-01", "2026-10-15"), span(2, "2026-10-16")
    assert owed(former, later) == "2026-10/1 2026-11/2"


def test_terms_that_bring_the_clause_on_the_tenth_owe_that_month() -> None:
    first = span(1, "2026-10-01", rank=(2, -1), health=False)
    second = span(1, "2026-11-10", rank=(2, -2))
    assert owed(first, second) == "2026-11/1"


def test_terms_that_take_the_clause_away_still_owe_the_month_in_which_it_held() -> None:
    first = span(1, "2026-10-01", rank=(2, -1))
    second = span(1, "2026-10-10", rank=(2, -2), health=False)
    assert owed(first, second) == "2026-10/1"


@pytest.mark.parametrize(
    ("today", "months"),
    [("2026-10-31", "2026-10/1"), ("2026-11-01", "2026-10/1 2026-11/1")],
)
def test_the_day_is_that_of_the_contracts_zone(today: str, months: str) -> None:
    assert owed(span(1, "2026-10-01", today=today)) == months


def test_a_cover_that_ends_uncovers_the_one_behind_it() -> None:
    device = span(2, "2026-10-01", "2026-11-10", rank=DEVICE, health=False)
    assert owed(span(1, "2026-01-01"), device, since=Month(2026, 10)) == "2026-11/1"


DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30))
SPANS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 2), DAYS, st.integers(0, 120), st.booleans()),
    max_size=4,
)


@given(SPANS, DAYS)
def test_the_same_as_asking_every_single_day(
    drawn: list[tuple[int, int, date, int, bool]], today: date
) -> None:
    spans = [
        CoverSpan(contract, (rank, -number), start, start + timedelta(days=length), health, today)
        for number, (contract, rank, start, length, health) in enumerate(drawn)
    ]
    expected: dict[Month, int] = {}
    day = date(2026, 1, 1)
    while day <= today:
        nearest = min((one for one in spans if one.covers(day)), key=lambda s: s.rank, default=None)
        if nearest is not None and nearest.has_health:
            expected.setdefault(Month.of(day), nearest.contract_id)
        day += timedelta(days=1)
    found = owed_checks(spans, since=LONG_AGO)
    assert {one.month: one.contract_id for one in found} == expected
    assert len(found) == len(expected)
