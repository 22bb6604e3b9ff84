"""What apps above have to say on a customer's first page: whether its systems are well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the first page, with a note that may lead somewhere."""

    label: str
    value: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Wellbeing:
    """Whether the systems are well: a headline, a sentence, figures, and a part that shows them.

    The template reads only `wellbeing`.
    """

    headline: str
    text: str
    is_well: bool
    tiles: Sequence[Tile]
    template: str
    context: Any


Asker = Callable[[Viewer, datetime], Wellbeing | None]
Tiles = Callable[[Viewer, datetime], Sequence[Tile]]

_askers: list[Asker] = []
_tiles: list[Tiles] = []


def register_wellbeing(asker: Asker) -> None:
    """Have `asker(viewer, now)` asked whether the viewer's systems are well; None: it can't say."""
    if asker not in _askers:
        _askers.append(asker)


def register_tiles(tiles: Tiles) -> None:
    """Have `tiles(viewer, now)` asked for figures."""
    if tiles not in _tiles:
        _tiles.append(tiles)


def wellbeing_of(viewer: Viewer, now: datetime) -> Wellbeing | None:
    """Return whether the viewer's systems are well; None when nobody watches any."""
    return next((told for asker in _askers if (told := asker(viewer, now))), None)


def tiles_for(viewer: Viewer, now: datetime) -> list[Tile]:
    """Return the figures, in the order in which they were registered."""
    return [tile for tiles in _tiles for tile in tiles(viewer, now)]
