"""The table of legal moves, line by line."""

from __future__ import annotations

import pytest

from tickets.locks import CANNOT
from tickets.states import ALLOWED, LABELS, LIVE, REMEDIES, Move, State, after

# What each state lets happen; every other move is refused.
LEGAL = {
    State.OPEN: {
        Move.REPLY: State.OPEN,
        Move.ASSIGN: State.OPEN,
        Move.SCHEDULE: State.OPEN,
        Move.CHANGE_PRIORITY: State.OPEN,
        Move.HOLD: State.HELD,
        Move.RESOLVE: State.RESOLVED,
        Move.CLOSE: State.CLOSED,
        Move.MERGE: State.MERGED,
    },
    State.HELD: {
        Move.REPLY: State.HELD,
        Move.ASSIGN: State.HELD,
        Move.SCHEDULE: State.HELD,
        Move.CHANGE_PRIORITY: State.HELD,
        Move.HOLD: State.HELD,
        Move.RESUME: State.OPEN,
        Move.RESOLVE: State.RESOLVED,
        Move.CLOSE: State.CLOSED,
        Move.MERGE: State.MERGED,
    },
    State.RESOLVED: {
        Move.REPLY: State.RESOLVED,
        Move.CLOSE: State.CLOSED,
        Move.REOPEN: State.OPEN,
    },
    State.CLOSED: {Move.REOPEN: State.OPEN},
    State.MERGED: {Move.UNMERGE: State.OPEN},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_a_move_leads_where_the_table_says_or_nowhere(state: State, move: Move) -> None:
    assert after(state, move) is LEGAL[state].get(move)


def test_the_table_holds_nothing_else() -> None:
    assert len(ALLOWED) == sum(len(moves) for moves in LEGAL.values())


def test_every_state_has_a_name_and_a_remedy_and_every_move_words() -> None:
    assert set(LABELS) == set(REMEDIES) == set(State)
    assert set(CANNOT) == set(Move)


def test_only_open_and_held_tickets_have_something_left_to_do() -> None:
    assert LIVE == (State.OPEN, State.HELD)
