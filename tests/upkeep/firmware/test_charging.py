"""What an update by the portal costs, and how a customer is told before."""

from decimal import Decimal

import pytest

from contracts.coverage import Decision, Price, Rate
from upkeep.firmware.charging import agreed_words, as_agreed, sum_of

RATE = Rate(Price.NORMAL, Decimal("145.00"), "USD")
NOT_PAID = Decision(False, "", "No contract covers this: USD 145.00 an hour.", RATE)
CHARGED = (
    "For each device we charge 30 minutes, USD 72.50, and nothing where the update does not"
    " succeed."
)
PAID = Decision(True, "FIRMWARE", "A firmware update is included in Tier 1.", RATE)


@pytest.mark.parametrize(
    ("decision", "minutes", "words"),
    [
        (PAID, 30, "A firmware update is included in Tier 1."),
        (
            NOT_PAID,
            30,
            f"{NOT_PAID.reason} {CHARGED}",
        ),
        (
            NOT_PAID,
            0,
            "No contract covers this: USD 145.00 an hour. For this update we charge nothing.",
        ),
        (Decision(False, "", "No contract covers this.", None), 30, "No contract covers this."),
    ],
)
def test_a_customer_is_told_the_sum_before(decision: Decision, minutes: int, words: str) -> None:
    assert agreed_words(decision, minutes) == words


@pytest.mark.parametrize(("minutes", "worth"), [(0, "0.00"), (30, "72.50"), (240, "580.00")])
def test_agreed_minutes_are_worth_their_part_of_an_hour(minutes: int, worth: str) -> None:
    assert sum_of(RATE, minutes) == Decimal(worth)


@pytest.mark.parametrize(("is_covered", "clause"), [(True, "FIRMWARE"), (False, "")])
def test_the_verdict_stays_what_the_customer_was_told(is_covered: bool, clause: str) -> None:
    decision = as_agreed("As told.", RATE, is_covered=is_covered)
    assert (decision.covered, decision.clause, decision.reason) == (is_covered, clause, "As told.")
    assert decision.rate == (None if is_covered else RATE)
