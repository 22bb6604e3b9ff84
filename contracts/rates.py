"""What labour costs and how its minutes are rounded. Pure.

The JSON forms are those that terms and price lists keep; amounts are text in them, because JSON's
numbers are not exact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, Self

AMOUNT = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?", re.ASCII)
CENT: Final = Decimal("0.01")
MOST: Final = Decimal(1_000_000)
MINUTES_OF_AN_HOUR: Final = 60
STEPS: Final = (0, 1, 5, 6, 10, 15, 30, 60)
LONGEST_MINIMUM: Final = 480
# ISO 4217, those that are counted in two decimals or fewer.
CODES: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD"
    " CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP"
    " GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ISK JMD JPY KES KGS KHR KMF KPW KRW KYD KZT"
    " LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK"
    " NPR NZD PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS"
    " SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VUV WST"
    " XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES: Final = frozenset(CODES.split())


class RatesError(ValueError):
    """Rates or rounding that no contract can have: which field, what is wrong, what to do."""

    def __init__(self, field: str, message: str, remedy: str) -> None:
        super().__init__(f"{field}: {message} {remedy}")
        self.field, self.message, self.remedy = field, message, remedy


class Rule(StrEnum):
    """Which way minutes are rounded to the step."""

    UP = "up"
    NEAREST = "nearest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rates:
    """Agreed prices of labour: an hour in and out of business hours, and one trip to a site.

    `currency` is an ISO 4217 code. Amounts are not below zero and have two decimals at most.
    Raises RatesError.
    """

    currency: str
    normal: Decimal
    after_hours: Decimal
    trip: Decimal

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise RatesError(
                "currency",
                "There is no such currency.",
                "Write its code of three letters, such as USD.",
            )
        for name in ("normal", "after_hours", "trip"):
            object.__setattr__(self, name, checked_amount(name, getattr(self, name)))

    def to_dict(self) -> dict[str, str]:
        """Return the JSON form."""
        return {
            "currency": self.currency,
            "normal": str(self.normal),
            "after_hours": str(self.after_hours),
            "trip": str(self.trip),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, object]) -> Self:
        """Read the JSON form. Raises RatesError."""
        amounts = {name: read_amount(name, value.get(name)) for name in AMOUNTS}
        return cls(currency=str(value.get("currency", "")), **amounts)

    def per_hour(self, *, in_hours: bool) -> Decimal:
        """Return the price of an hour, in or out of business hours."""
        return self.normal if in_hours else self.after_hours


AMOUNTS: Final = ("normal", "after_hours", "trip")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How minutes of labour are rounded before they are priced.

    `step` in minutes (0: no steps), `rule`, and the fewest minutes that are charged once work was
    done: a whole number of steps. Raises RatesError.
    """

    step: int = 15
    rule: Rule = Rule.UP
    minimum: int = 0

    def __post_init__(self) -> None:
        if self.step not in STEPS:
            steps = ", ".join(str(step) for step in STEPS)
            raise RatesError("step", "Minutes are not rounded so.", f"Choose one of {steps}.")
        object.__setattr__(self, "rule", _checked_rule(self.rule))
        if not 0 <= self.minimum <= LONGEST_MINIMUM:
            raise RatesError(
                "minimum",
                "This is no fewest number of minutes.",
                f"Write a whole number from 0 to {LONGEST_MINIMUM}.",
            )
        if self.rounds and self.minimum % self.step:
            raise RatesError(
                "minimum",
                f"{self.minimum} minutes are not a whole number of steps of {self.step}.",
                f"Write {self._next_step()}, or choose another step.",
            )

    @property
    def rounds(self) -> bool:
        """Are minutes rounded at all?"""
        return self.step > 0 and self.rule is not Rule.NONE

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {"step": self.step, "rule": self.rule.value, "minimum": self.minimum}

    @classmethod
    def from_dict(cls, value: Mapping[str, object]) -> Self:
        """Read the JSON form. Raises RatesError."""
        return cls(
            step=_whole("step", value.get("step")),
            rule=_checked_rule(value.get("rule")),
            minimum=_whole("minimum", value.get("minimum")),
        )

    def words(self) -> str:
        """Say it in words: "rounded up to 15 minutes, at least 30 minutes"."""
        parts = ["to the minute"]
        if self.rounds:
            way = "rounded up to" if self.rule is Rule.UP else "rounded to the nearest"
            parts = [f"{way} {_minutes(self.step)}"]
        if self.minimum:
            parts.append(f"at least {_minutes(self.minimum)}")
        return ", ".join(parts)

    def _next_step(self) -> int:
        return (self.minimum // self.step + 1) * self.step


def round_minutes(minutes: int, rounding: Rounding) -> int:
    """Return the minutes that are charged for `minutes` of work; none for no work.

    Half a step counts as a whole one with the rule "nearest". Raises ValueError below zero.
    """
    if minutes < 0:
        raise ValueError("Minutes of work are not below zero.")
    if minutes == 0:
        return 0
    if not rounding.rounds:
        return max(minutes, rounding.minimum)
    half = rounding.step - 1 if rounding.rule is Rule.UP else rounding.step // 2
    return max((minutes + half) // rounding.step * rounding.step, rounding.minimum)


def price_of(minutes: int, per_hour: Decimal) -> Decimal:
    """Return the price of charged minutes in two decimals; half a cent counts as one."""
    return (per_hour * minutes / MINUTES_OF_AN_HOUR).quantize(CENT, ROUND_HALF_UP)


def spell_amount(amount: Decimal, currency: str) -> str:
    """Return "USD 1,145.00"."""
    return f"{currency} {amount.quantize(CENT):,}"


def read_amount(field: str, value: object) -> Decimal:
    """Read an amount of money as text. Raises RatesError."""
    if not isinstance(value, str) or not AMOUNT.fullmatch(value):
        raise RatesError(field, "This is no amount of money.", "Write it as 145 or 145.00.")
    return checked_amount(field, Decimal(value))


def checked_amount(field: str, amount: Decimal) -> Decimal:
    """Return an amount with two decimals. Raises RatesError for one that cannot be a price."""
    if not amount.is_finite() or amount < 0:
        raise RatesError(field, "A rate cannot be below zero.", "Write 0 or more.")
    if amount > MOST:
        raise RatesError(field, "This is too much.", f"Write {MOST:,} or less.")
    if amount != amount.quantize(CENT):
        raise RatesError(field, "This has more than two decimals.", "Write it as 145 or 145.00.")
    return amount.quantize(CENT)


def _checked_rule(value: object) -> Rule:
    try:
        return Rule(str(value))
    except ValueError as error:
        raise RatesError(
            "rule", "Minutes are not rounded so.", "Choose up, nearest or none."
        ) from error


def _whole(field: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise RatesError(field, "This is no whole number.", "Write whole minutes.")
    return value


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"
