"""Undoing gives the former text, and never somebody else's later work away."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.upkeep.changes.files import ANSWERS, DIALPLAN, FILES, PJSIP
from upkeep.changes.answers import read_answers
from upkeep.changes.catalogue import KINDS, files_of, made_of
from upkeep.changes.problems import CannotChange
from upkeep.changes.undoing import taken_back

lines = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d", "[x]\n", ";c\n"]), max_size=12)
texts = lines.map("".join)


@given(texts, texts)
def test_undoing_a_change_gives_the_former_text(before: str, after: str) -> None:
    assert taken_back(before, after, after) == before


@given(texts, texts)
def test_undoing_what_is_undone_changes_nothing(before: str, after: str) -> None:
    assume(before != after)
    assert taken_back(before, after, before) == before


@pytest.mark.parametrize("code", [code for code in ANSWERS if code != "edit_file"])
@given(st.integers(0, 8))
def test_each_change_of_the_catalogue_is_undone_under_later_work_elsewhere(
    code: str, at: int
) -> None:
    kind = KINDS[code]
    answers = read_answers(kind.asks, ANSWERS[code])
    files = {name: FILES[name] for name in files_of(kind, answers)}
    for name, after in made_of(kind, files, answers).items():
        before = files[name]
        assert taken_back(before, after, after) == before
        later = f"; somebody else's work {at}\n"
        assert taken_back(before, after, later + after) == later + before


def test_later_work_on_the_same_lines_is_not_given_away() -> None:
    after = PJSIP.replace("allow=ulaw", "allow=alaw")
    for now in (
        after.replace("allow=alaw", "allow=g722"),
        after.replace("allow=alaw", "allow=alaw\nallow=g722"),
        after.replace("disallow=all\n", ""),
        "",
    ):
        with pytest.raises(CannotChange, match="changed again since"):
            taken_back(PJSIP, after, now)


def test_later_work_elsewhere_in_the_file_is_kept() -> None:
    after = DIALPLAN.replace("Answer()", "Hangup()")
    now = after.replace("static=yes", "static=no")
    assert taken_back(DIALPLAN, after, now) == DIALPLAN.replace("static=yes", "static=no")
