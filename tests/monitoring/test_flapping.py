"""Equipment that comes and goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.flapping import CALM, Change, calm_at, is_flapping, turns
from monitoring.states import State

START = datetime(2026, 6, 15, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LETTERS = {
    "u": State.UP,
    "d": State.DOWN,
    "s": State.SUSPECT,
    "r": State.RECOVERING,
    "?": State.UNKNOWN,
    "p": State.UNREACHABLE,
}
few = settings(max_examples=150, derandomize=True, deadline=None, database=None)


def story(letters: str, every: timedelta = MINUTE) -> list[Change]:
    return [Change(START + place * every, LETTERS[it]) for place, it in enumerate(letters)]


def minutes(letters: str) -> list[int]:
    return [(turn - START) // MINUTE for turn in turns(story(letters))]


@pytest.mark.parametrize(
    ("letters", "turned"),
    [
        ("", []),
        ("u", []),
        ("d", [0]),
        ("usususu", []),
        ("usdrdrd", [2]),
        ("usdru", [2, 4]),
        ("us?d?ru", [3, 6]),
        ("uppu", []),
        ("usdrusdru", [2, 4, 6, 8]),
        ("dpd", [0]),
    ],
)
def test_only_what_was_proven_turns(letters: str, turned: list[int]) -> None:
    assert minutes(letters) == turned


@pytest.mark.parametrize(
    ("letters", "every", "answer"),
    [
        ("dududu", timedelta(minutes=5), True),
        ("dudud", timedelta(minutes=5), False),
        ("dududu", timedelta(minutes=6), False),
        ("dududu", timedelta(minutes=5, seconds=59), True),
        ("dududududu", timedelta(minutes=10), False),
    ],
)
def test_six_turns_within_thirty_minutes_are_flapping(
    letters: str, every: timedelta, answer: bool
) -> None:
    told = story(letters, every)
    assert is_flapping(turns(told), told[-1].at) is answer


def test_what_came_after_is_not_counted() -> None:
    told = story("dududu")
    assert not is_flapping(turns(told), told[-2].at)


def test_it_is_calm_half_an_hour_after_the_last_turn() -> None:
    told = turns(story("dududu"))
    assert calm_at(told) == START + 35 * MINUTE
    assert not is_flapping(told, START + 35 * MINUTE)
    assert calm_at([]) is None


@few
@given(st.text(alphabet="udsr?p", max_size=60))
def test_doubt_never_changes_what_turned(letters: str) -> None:
    told = story(letters)
    proven = [change for change in told if change.became in (State.UP, State.DOWN)]
    assert turns(told) == turns(proven)


@few
@given(st.text(alphabet="ud", min_size=1, max_size=60), st.integers(10, 900))
def test_after_calm_nothing_flaps(letters: str, seconds: int) -> None:
    turned = turns(story(letters, timedelta(seconds=seconds)))
    calm = calm_at(turned)
    if calm is not None:
        assert not is_flapping(turned, calm)
        assert calm - max(turned) == CALM
