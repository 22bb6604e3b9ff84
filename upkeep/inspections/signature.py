"""A signature drawn with a finger: strokes of points, and the picture of them. Pure."""

from __future__ import annotations

import json
from typing import Any

WIDTH, HEIGHT = 600, 200
MOST_POINTS = 6_000
FEWEST_POINTS = 6


class BadSignature(ValueError):
    """What is no signature; the message is for the technician."""


def read_strokes(raw: Any) -> str:
    """Return a signature as it is kept: JSON of strokes, each x, y, x, y … in whole pixels.

    Raises BadSignature for anything else, and for one that is only a dot.
    """
    if not isinstance(raw, list) or not all(_is_stroke(stroke) for stroke in raw):
        raise BadSignature("The signature could not be read: sign again.")
    points = sum(len(stroke) // 2 for stroke in raw)
    if points < FEWEST_POINTS:
        raise BadSignature("That is too short for a signature: sign again, or write why not.")
    if points > MOST_POINTS:
        raise BadSignature("That is too long for a signature: sign again.")
    return json.dumps(raw, separators=(",", ":"))


def svg_of(strokes: str) -> str:
    """Return the picture of a kept signature; empty for none."""
    if not strokes:
        return ""
    lines = "".join(
        f'<polyline points="{" ".join(map(str, stroke))}"/>' for stroke in json.loads(strokes)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}"><g fill="none" stroke="#1b2430" stroke-width="3"'
        f' stroke-linecap="round" stroke-linejoin="round">{lines}</g></svg>'
    )


def _is_stroke(stroke: Any) -> bool:
    if not isinstance(stroke, list) or len(stroke) < 2 or len(stroke) % 2:
        return False
    return all(type(number) is int for number in stroke) and all(
        0 <= number <= (HEIGHT if index % 2 else WIDTH) for index, number in enumerate(stroke)
    )
