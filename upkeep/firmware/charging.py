"""What an update by the portal costs: a time that is agreed before, at the normal rate. Pure.

Nobody stays awake for a worker, so the hour at which it works counts for nothing; and how long the
equipment took is no matter of the customer's, who agreed to a sum.
"""

from __future__ import annotations

from decimal import Decimal

from contracts.coverage import Decision, Rate
from contracts.rates import price_of, spell_amount

CLAUSE = "FIRMWARE"
# Four hours are the most that anybody may agree to without looking twice.
MINUTES, USUAL_MINUTES = (0, 240), 30


def agreed_words(decision: Decision, minutes: int) -> str:
    """Return who pays, and for what no contract pays the sum that the customer agrees to."""
    if decision.covered or decision.worth is None:
        return decision.reason
    if minutes == 0:
        return f"{decision.reason} For this update we charge nothing."
    total = spell_amount(sum_of(decision.worth, minutes), decision.worth.currency)
    return (
        f"{decision.reason} For each device we charge {minutes} minutes, {total},"
        " and nothing where the update does not succeed."
    )


def sum_of(rate: Rate, minutes: int) -> Decimal:
    """Return what the agreed minutes are worth."""
    return price_of(minutes, rate.amount)


def as_agreed(reason: str, rate: Rate, *, is_covered: bool) -> Decision:
    """Return the verdict on an update as it was when the customer was told of it."""
    return Decision(is_covered, CLAUSE if is_covered else "", reason, rate)
