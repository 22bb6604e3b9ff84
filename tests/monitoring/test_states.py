"""How a check stands after one more result."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.states import OUTAGE, Heard, Standing, State, Thresholds, after

START = datetime(2026, 11, 2, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LETTERS = {
    "+": Heard.SUCCESS,
    "-": Heard.FAILURE,
    "?": Heard.NOTHING,
    "p": Heard.PARENT_DOWN,
}


def told(letters: str, thresholds: Thresholds | None = None) -> list[Standing]:
    """Return how a new check stands after each of these results, a minute apart."""
    standing, at = Standing(State.PENDING, START), START
    story = []
    for letter in letters:
        at += MINUTE
        standing = after(standing, LETTERS[letter], at, thresholds or Thresholds())
        story.append(standing)
    return story


@pytest.mark.parametrize(
    ("results", "states"),
    [
        ("+", "up"),
        ("-", "suspect"),
        ("--", "suspect suspect"),
        ("---", "suspect suspect down"),
        ("+--+", "up suspect suspect up"),
        ("+---", "up suspect suspect down"),
        ("+---+", "up suspect suspect down recovering"),
        ("+---++", "up suspect suspect down recovering up"),
        ("+---+-+", "up suspect suspect down recovering down recovering"),
        ("+--?-", "up suspect suspect unknown down"),
        ("+--?+", "up suspect suspect unknown up"),
        ("+---?+", "up suspect suspect down unknown recovering"),
        ("+---?-", "up suspect suspect down unknown down"),
        ("+p+", "up unreachable up"),
        ("+pp-", "up unreachable unreachable suspect"),
        ("?+", "unknown up"),
        ("-?--", "suspect unknown suspect down"),
    ],
)
def test_three_failures_are_down_and_two_successes_are_up(results: str, states: str) -> None:
    assert " ".join(standing.state for standing in told(results)) == states


def test_since_is_when_the_state_began_and_not_when_it_was_seen_again() -> None:
    story = told("+---+-")
    assert [standing.since for standing in story] == [
        START + MINUTE,
        START + 2 * MINUTE,
        START + 2 * MINUTE,
        START + 4 * MINUTE,
        START + 5 * MINUTE,
        START + 6 * MINUTE,
    ]


def test_thresholds_can_be_one_on_both_sides() -> None:
    story = told("+-+", Thresholds(failures=1, successes=1))
    assert [standing.state for standing in story] == [State.UP, State.DOWN, State.UP]


@given(st.text("+-?p", max_size=40), st.integers(1, 5), st.integers(1, 5))
def test_down_is_never_said_without_enough_failures_in_a_row(
    results: str, failures: int, successes: int
) -> None:
    story = told(results, Thresholds(failures=failures, successes=successes))
    was = State.PENDING
    for index, standing in enumerate(story):
        if standing.settled is State.DOWN and was is not State.DOWN:
            heard = results[: index + 1].replace("?", "").replace("p", "")
            assert heard.endswith("-" * failures)
        if standing.settled is State.UP and was is State.DOWN:
            heard = results[: index + 1].replace("?", "").replace("p", "")
            assert heard.endswith("+" * successes)
        was = standing.settled


@given(st.text("+-?p", max_size=40))
def test_silence_of_our_own_proves_nothing(results: str) -> None:
    loud = results.replace("?", "").replace("p", "")
    ends = [told(text)[-1].settled if text else State.PENDING for text in (results, loud)]
    assert ends[0] is ends[1]


@given(st.text("+-", min_size=1, max_size=40))
def test_an_outage_is_shown_exactly_while_it_is_settled(results: str) -> None:
    for standing in told(results):
        assert (standing.state in OUTAGE) == (standing.settled is State.DOWN)
