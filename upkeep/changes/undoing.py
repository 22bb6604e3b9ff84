"""Taking a change back, also when the file has changed elsewhere since. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher

from upkeep.changes.problems import CannotChange


def taken_back(before: str, after: str, now: str) -> str:
    """Return `now` without what made `after` of `before`.

    Raises CannotChange when the lines of the change, or those beside them, were changed since.
    """
    if now == after:
        return before
    if now == before:
        return now
    old, new, lines = (text.splitlines(keepends=True) for text in (before, after, now))
    where = _where(new, lines)
    result, done = [], 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, new, old, False).get_opcodes():
        if tag == "equal":
            continue
        start, end = _place(where, i1, i2, len(new), len(lines))
        result += [*lines[done:start], *old[j1:j2]]
        done = end
    return "".join([*result, *lines[done:]])


def _where(new: list[str], lines: list[str]) -> dict[int, int]:
    """Return where each line of the changed file is now; those that changed are nowhere."""
    blocks = SequenceMatcher(None, new, lines, False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _place(where: dict[int, int], start: int, end: int, total: int, now: int) -> tuple[int, int]:
    """Return where new[start:end] is now; the lines beside it must be there, and nothing between.

    Beyond the first and the last line stand the edges of the file.
    """
    edges = {**where, -1: -1, total: now}
    wanted = range(start - 1, end + 1)
    found = [edges.get(line) for line in wanted]
    first = found[0]
    if first is None or found != [first + step for step in range(len(wanted))]:
        raise CannotChange(
            "The same lines were changed again since.",
            remedy="Look at the file, and make a new change that puts it right.",
        )
    return first + 1, first + 1 + (end - start)
