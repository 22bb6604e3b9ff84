"""The table of legal moves, line by line."""

from __future__ import annotations

import pytest

from tickets.locks import CANNOT
from tickets.states import ALLOWED, LABELS, LIVE, Move, State, after, remedy_for

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
REFUSED = [(state, move) for state in State for move in Move if move not in LEGAL[state]]

# The words with which a remedy advises a move.
ADVICE = {
    "off hold": Move.RESUME,
    "reopen it": Move.REOPEN,
    "undo the merge": Move.UNMERGE,
    "write a reply": Move.REPLY,
}
LOOK = "Look at the ticket again: it may have moved on since you opened the page."
NOT_FINISHED = "It is not finished yet: write a reply instead."
FIRST = "Reopen it first, or open a new ticket."
GO_ON = "Reopen it to go on with it, or open a new ticket."
WHERE_IT_WENT = "Work on the ticket that it was merged into, or undo the merge."


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_a_move_leads_where_the_table_says_or_nowhere(state: State, move: Move) -> None:
    assert after(state, move) is LEGAL[state].get(move)


def test_the_table_holds_nothing_else() -> None:
    assert len(ALLOWED) == sum(len(moves) for moves in LEGAL.values())


def test_every_state_has_a_name_and_every_move_words() -> None:
    assert set(LABELS) == set(State)
    assert set(CANNOT) == set(Move)


@pytest.mark.parametrize(("state", "move"), REFUSED)
def test_a_remedy_advises_only_what_is_allowed(state: State, move: Move) -> None:
    remedy = remedy_for(state, move)
    advised = [what for words, what in ADVICE.items() if words in remedy.lower()]
    assert advised or remedy.startswith("Look at the ticket again")
    for what in advised:
        reached = after(state, what)
        assert reached is not None
        # What is to be done first leads to where the move is allowed.
        assert "first" not in remedy or after(reached, move) is not None


@pytest.mark.parametrize(
    ("state", "move", "remedy"),
    [
        (State.OPEN, Move.RESUME, LOOK),
        (State.OPEN, Move.REOPEN, NOT_FINISHED),
        (State.OPEN, Move.UNMERGE, LOOK),
        (State.HELD, Move.REOPEN, NOT_FINISHED),
        (State.HELD, Move.UNMERGE, LOOK),
        (State.RESOLVED, Move.ASSIGN, FIRST),
        (State.RESOLVED, Move.RESUME, GO_ON),
        (State.RESOLVED, Move.RESOLVE, LOOK),
        (State.RESOLVED, Move.UNMERGE, LOOK),
        (State.CLOSED, Move.REPLY, FIRST),
        (State.CLOSED, Move.RESUME, GO_ON),
        (State.CLOSED, Move.CLOSE, LOOK),
        (State.CLOSED, Move.UNMERGE, LOOK),
        (State.MERGED, Move.REPLY, WHERE_IT_WENT),
        (State.MERGED, Move.REOPEN, WHERE_IT_WENT),
    ],
)
def test_a_remedy_fits_what_was_refused(state: State, move: Move, remedy: str) -> None:
    assert remedy_for(state, move) == remedy


def test_only_open_and_held_tickets_have_something_left_to_do() -> None:
    assert LIVE == (State.OPEN, State.HELD)
