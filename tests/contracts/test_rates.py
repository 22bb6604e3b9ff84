"""Labour rates and the rounding of minutes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rates import (
    STEPS,
    Rates,
    RatesError,
    Rounding,
    Rule,
    price_of,
    round_minutes,
    spell_amount,
)

USUAL = {"currency": "USD", "normal": "145.00", "after_hours": "217.50", "trip": "95.00"}


@st.composite
def roundings(draw: st.DrawFn) -> Rounding:
    step, rule = draw(st.sampled_from(STEPS)), draw(st.sampled_from(Rule))
    rounds = step > 0 and rule is not Rule.NONE
    minimum = draw(st.integers(0, 480 // step)) * step if rounds else draw(st.integers(0, 480))
    return Rounding(step, rule, minimum)


amounts = st.decimals(0, 1_000_000, places=2)


@pytest.mark.parametrize(
    ("minutes", "step", "rule", "minimum", "charged"),
    [
        (0, 15, Rule.UP, 60, 0),
        (1, 15, Rule.UP, 0, 15),
        (15, 15, Rule.UP, 0, 15),
        (16, 15, Rule.UP, 0, 30),
        (7, 15, Rule.NEAREST, 0, 0),
        (8, 15, Rule.NEAREST, 0, 15),
        (22, 15, Rule.NEAREST, 0, 15),
        (23, 15, Rule.NEAREST, 0, 30),
        (3, 6, Rule.NEAREST, 0, 6),
        (7, 15, Rule.NEAREST, 30, 30),
        (61, 60, Rule.UP, 60, 120),
        (17, 15, Rule.NONE, 0, 17),
        (17, 0, Rule.UP, 30, 30),
        (17, 1, Rule.UP, 0, 17),
    ],
)
def test_minutes_are_rounded_by_the_rule(
    minutes: int, step: int, rule: Rule, minimum: int, charged: int
) -> None:
    assert round_minutes(minutes, Rounding(step, rule, minimum)) == charged


@given(st.integers(0, 10_000), roundings())
def test_rounding_twice_is_rounding_once(minutes: int, rounding: Rounding) -> None:
    once = round_minutes(minutes, rounding)
    assert round_minutes(once, rounding) == once


@given(st.integers(0, 10_000), st.integers(0, 500), roundings())
def test_more_work_is_never_charged_as_less(minutes: int, more: int, rounding: Rounding) -> None:
    assert round_minutes(minutes, rounding) <= round_minutes(minutes + more, rounding)


@given(st.integers(1, 10_000), roundings())
def test_rounding_up_never_takes_minutes_away_and_adds_less_than_a_step(
    minutes: int, rounding: Rounding
) -> None:
    charged = round_minutes(minutes, rounding)
    assert charged >= rounding.minimum
    if rounding.rule is Rule.UP and minutes >= rounding.minimum:
        assert 0 <= charged - minutes < max(rounding.step, 1)


@given(st.integers(0, 10_000), amounts)
def test_a_price_is_right_to_half_a_cent(minutes: int, per_hour: Decimal) -> None:
    exact = per_hour * minutes / 60
    assert abs(price_of(minutes, per_hour) - exact) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("minutes", "per_hour", "price"),
    [(60, "145.00", "145.00"), (15, "145.00", "36.25"), (1, "0.30", "0.01"), (0, "145", "0.00")],
)
def test_a_price_is_the_share_of_an_hour(minutes: int, per_hour: str, price: str) -> None:
    assert str(price_of(minutes, Decimal(per_hour))) == price


@given(amounts, amounts, amounts, st.sampled_from(["USD", "EUR", "JPY"]))
def test_rates_survive_their_json_form(
    normal: Decimal, after_hours: Decimal, trip: Decimal, currency: str
) -> None:
    rates = Rates(currency, normal, after_hours, trip)
    assert Rates.from_dict(rates.to_dict()) == rates


@given(roundings())
def test_rounding_survives_its_json_form(rounding: Rounding) -> None:
    assert Rounding.from_dict(rounding.to_dict()) == rounding


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"currency": "usd"}, "currency", "There is no such currency."),
        ({"currency": "XYZ"}, "currency", "There is no such currency."),
        ({"normal": "-1"}, "normal", "This is no amount of money."),
        ({"normal": 145}, "normal", "This is no amount of money."),
        ({"normal": "1e5"}, "normal", "This is no amount of money."),
        ({"normal": "١٤٥"}, "normal", "This is no amount of money."),
        ({"after_hours": "1.005"}, "after_hours", "This is no amount of money."),
        ({"trip": "1000000.01"}, "trip", "This is too much."),
        ({"trip": None}, "trip", "This is no amount of money."),
    ],
)
def test_rates_that_cannot_be_are_refused_at_their_field(
    changes: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(RatesError) as refusal:
        Rates.from_dict(USUAL | changes)
    assert (refusal.value.field, refusal.value.message) == (field, message)


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity"])
def test_a_rate_below_zero_is_refused_however_it_comes(amount: str) -> None:
    with pytest.raises(RatesError, match="A rate cannot be below zero"):
        Rates("USD", Decimal(amount), Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"step": 7, "rule": "up", "minimum": 0}, "step"),
        ({"step": True, "rule": "up", "minimum": 0}, "step"),
        ({"step": 15, "rule": "down", "minimum": 0}, "rule"),
        ({"step": 15, "rule": "up", "minimum": 20}, "minimum"),
        ({"step": 15, "rule": "up", "minimum": -15}, "minimum"),
        ({"step": 15, "rule": "up", "minimum": 495}, "minimum"),
    ],
)
def test_a_rounding_that_cannot_be_is_refused_at_its_field(
    value: dict[str, Any], field: str
) -> None:
    with pytest.raises(RatesError) as refusal:
        Rounding.from_dict(value)
    assert refusal.value.field == field


def test_rates_and_rounding_can_be_read_aloud() -> None:
    assert spell_amount(Decimal("1145.5"), "USD") == "USD 1,145.50"
    assert Rounding(15, Rule.UP, 30).words() == "rounded up to 15 minutes, at least 30 minutes"
    assert Rounding(6, Rule.NEAREST).words() == "rounded to the nearest 6 minutes"
    assert Rounding(0, Rule.NONE).words() == "to the minute"
