"""States, answers, serial numbers, signatures: the rules of an inspection."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from upkeep.inspections.answers import CHOICES, Answer, Asked, BadAnswer, Question, Result, settle
from upkeep.inspections.serials import Seen, same_serial, seen_of
from upkeep.inspections.signature import BadSignature, read_strokes, svg_of
from upkeep.inspections.standard import STANDARD
from upkeep.inspections.states import Move, State, after, is_overdue
from upkeep.inspections.syncing import Outcome, outcome_of


@pytest.mark.parametrize("state", State)
def test_what_is_over_stays_over(state: State) -> None:
    moves = {move: after(state, move) for move in Move}
    if state in (State.DONE, State.CANCELLED):
        assert set(moves.values()) == {None}
    else:
        assert moves[Move.CANCEL] is State.CANCELLED


def test_only_what_was_begun_can_be_finished() -> None:
    assert after(State.UNDER_WAY, Move.FINISH) is State.DONE
    assert after(State.AGREED, Move.FINISH) is None
    assert after(State.AGREED, Move.AGREE) is State.AGREED
    assert after(State.UNDER_WAY, Move.AGREE) is None


def test_overdue_begins_the_day_after_the_last_one() -> None:
    last = date(2026, 8, 31)
    assert not is_overdue("agreed", last, date(2026, 8, 31))
    assert is_overdue("agreed", last, date(2026, 9, 1))
    assert not is_overdue("done", last, date(2026, 9, 1))
    assert not is_overdue("planned", None, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("low", "high", "reading", "result"),
    [
        (10.0, 30.0, 10.0, Result.GOOD),
        (10.0, 30.0, 30.0, Result.GOOD),
        (10.0, 30.0, 30.1, Result.WATCH),
        (15.0, None, 14.9, Result.WATCH),
        (None, None, -5.0, Result.GOOD),
    ],
)
def test_a_reading_is_judged_by_its_bounds(
    low: float | None, high: float | None, reading: float, result: Result
) -> None:
    given = Answer(Result.NOTED, reading)
    assert settle(Question(Asked.READING, low, high), given) == Answer(result, reading)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (Asked.READING, Answer(Result.NOTED)),
        (Asked.READING, Answer(Result.NOTED, float("nan"))),
        (Asked.READING, Answer(Result.NOTED, 1e12)),
        (Asked.CONDITION, Answer(Result.BAD)),
        (Asked.CONDITION, Answer(Result.SKIPPED)),
        (Asked.CONDITION, Answer(Result.YES)),
        (Asked.YES_NO, Answer(Result.GOOD)),
        (Asked.TEXT, Answer(Result.NOTED)),
    ],
)
def test_an_answer_that_says_nothing_is_not_taken(asked: Asked, given: Answer) -> None:
    with pytest.raises(BadAnswer):
        settle(Question(asked), given)


@pytest.mark.parametrize("asked", Asked)
def test_every_line_can_be_left_out_with_words(asked: Asked) -> None:
    assert Result.SKIPPED in CHOICES[asked]
    left_out = Answer(Result.SKIPPED, None, "The room was locked")
    assert settle(Question(asked), left_out) == left_out


def test_a_serial_number_is_the_same_however_it_is_written() -> None:
    assert same_serial("4C-00017", "4c 00017")
    assert not same_serial("4C-00017", "4C-00071")
    assert seen_of(Seen.DIFFERENT, "4C-00017", "4c00017") is Seen.SAME
    assert seen_of(Seen.SAME, "4C-00017", "4C-00018") is Seen.DIFFERENT
    assert seen_of(Seen.MISSING, "4C-00017", "") is Seen.MISSING


def test_a_signature_is_strokes_of_whole_pixels() -> None:
    kept = read_strokes([[0, 0, 300, 100, 600, 200], [10, 10, 20, 20, 30, 30]])
    assert '<polyline points="0 0 300 100 600 200"/>' in svg_of(kept)
    assert svg_of("") == ""


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "M0 0",
        [],
        [[1, 1]],
        [[1, 1, 2]],
        [[1, 1, 2, 201, 3, 3, 4, 4, 5, 5, 6, 6]],
        [[1.5, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]],
        [[True] * 20],
        [["<script>", 1] * 10],
        [[1, 1] * 7000],
    ],
)
def test_what_is_no_signature_is_refused(raw: Any) -> None:
    with pytest.raises(BadSignature):
        read_strokes(raw)


@pytest.mark.parametrize(
    ("seen", "version", "is_own_later", "is_equal", "outcome"),
    [
        (0, 0, False, False, Outcome.TAKEN),
        (1, 1, False, False, Outcome.TAKEN),
        (0, 1, False, False, Outcome.CONFLICT),
        (0, 1, True, False, Outcome.TAKEN),
        (0, 1, False, True, Outcome.TAKEN),
    ],
)
def test_nobodys_newer_answer_is_overwritten(
    seen: int, version: int, is_own_later: bool, is_equal: bool, outcome: Outcome
) -> None:
    found = outcome_of(seen=seen, version=version, is_own_later=is_own_later, is_equal=is_equal)
    assert found is outcome


def test_the_standard_checklist_asks_sensible_things_once() -> None:
    titles = [line.title for line in STANDARD]
    assert len(titles) == len(set(titles)) == 23
    sections = [line.section for line in STANDARD]
    assert sections == sorted(sections, key=sections.index)
    assert all(line.unit for line in STANDARD if line.asked is Asked.READING)
