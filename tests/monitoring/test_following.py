"""What a change of a check's state makes of its incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitoring.flapping import Change
from monitoring.following import Join, Stage, Step, began_at, join_for, step_for
from monitoring.states import State

START = datetime(2026, 6, 15, 17, tzinfo=UTC)
LETTERS = {
    "0": State.PENDING,
    "u": State.UP,
    "s": State.SUSPECT,
    "d": State.DOWN,
    "r": State.RECOVERING,
    "?": State.UNKNOWN,
    "p": State.UNREACHABLE,
}


@pytest.mark.parametrize(
    ("stage", "steps"),
    [
        ("none", {"d": "open", "p": "attach"}),
        ("out", {"u": "recover", "p": "hang_on"}),
        ("back", {"d": "relapse"}),
        ("child", {"d": "stand_alone", "u": "end_child"}),
    ],
)
def test_only_proof_and_a_dead_parent_move_an_incident(stage: str, steps: dict[str, str]) -> None:
    for letter, state in LETTERS.items():
        assert step_for(Stage(stage), state) == Step(steps.get(letter, "nothing"))


@pytest.mark.parametrize(
    ("stage", "joins"),
    [
        ("none", ["apart", "apart", "apart", "apart"]),
        ("out", ["join", "join", "apart", "join"]),
        ("back", ["apart", "apart", "apart", "revive"]),
        ("child", ["apart", "apart", "apart", "apart"]),
    ],
)
def test_what_fails_joins_the_outage_of_its_device_where_that_has_all_it_needs(
    stage: str, joins: list[str]
) -> None:
    cases = [(wants, carried) for wants in (False, True) for carried in (False, True)]
    for (wants, carried), join in zip(cases, joins, strict=True):
        found = join_for(Stage(stage), wants_ticket=wants, is_carried=carried)
        assert found == Join(join), (wants, carried)


@pytest.mark.parametrize(
    ("before", "minute"),
    [
        ("", 9),
        ("us", 1),
        ("us?s", 1),
        ("u?s", 2),
        ("us?", 1),
        ("uspus", 4),
        ("usdrus", 5),
        ("usdr", 9),
        ("0s", 1),
        ("u?", 9),
    ],
)
def test_an_outage_begins_with_the_first_failure_that_was_never_cleared(
    before: str, minute: int
) -> None:
    changes = [
        Change(START + timedelta(minutes=place), LETTERS[it]) for place, it in enumerate(before)
    ]
    proven = START + timedelta(minutes=9)
    assert began_at(changes, proven) == START + timedelta(minutes=minute)
