"""How the character set of a database is kept with a backup, and given back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upkeep.drivers.character_sets import character_sets, creation_options, read_character_set

TOLD = "utf8mb4 utf8mb4_unicode_ci"


def test_what_a_server_says_is_kept_and_read_again() -> None:
    fact = read_character_set("asterisk", f"{TOLD}\n")
    assert fact == {"database:asterisk": TOLD}
    baseline = {**fact, "table:asterisk.users": "1", "service:asterisk": "active"}
    assert character_sets(baseline) == {"asterisk": TOLD}
    assert creation_options(TOLD) == " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"


@pytest.mark.parametrize("said", ["", "NULL", "utf8mb4", "utf8mb4 a b", "x; DROP DATABASE y"])
def test_what_is_no_such_answer_is_not_kept(said: str) -> None:
    assert read_character_set("asterisk", said) == {}


@pytest.mark.parametrize("value", [None, 7, "latin1", "a `b`", "a b; DROP DATABASE c"])
def test_a_baseline_that_tells_nothing_of_use_is_like_none(value: object) -> None:
    assert character_sets({"database:asterisk": value}) == {}


@given(st.text(max_size=200))
def test_nothing_but_two_names_ever_reaches_a_statement(told: str) -> None:
    options = creation_options(told)
    assert options == "" or set(options) <= set(" _") | {c for c in options if c.isalnum()}
