"""A list that was sent in, planned in batches: the same for the dry run and for the import."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import BinaryIO

from calcom_portal.common.errors import Missing
from calcom_portal.common.files import path_of
from contracts.goods.dates import DateStyle
from contracts.goods.planning import PlannedRow, Planner
from contracts.goods.reader import Reading, read_list
from contracts.goods.text_file import Letters
from contracts.goods_known import KINDS, known_devices, known_places
from contracts.models import GoodsImport

# Where the files of lists lie: they are deleted after a time.
SHELF = "lists"
BATCH = 500

# What is done now, how far it is, of how much.
Progress = Callable[[str, int, int], None]


class PlanDigest:
    """Sums up what every row would do, and counts the outcomes."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._hash = hashlib.sha256()

    def add(self, row: PlannedRow) -> None:
        """Take a row in."""
        self.counts[row.outcome.value] += 1
        changes = [asdict(change) for change in row.changes]
        told = [row.number, row.outcome.value, row.site_id, row.device_id, changes]
        self._hash.update(json.dumps(told).encode())

    def hexdigest(self) -> str:
        """Return the sum."""
        return self._hash.hexdigest()


def open_list(goods_import: GoodsImport) -> BinaryIO:
    """Open the file as it was sent. Raises Missing when it is no longer kept."""
    path = path_of(goods_import.sha256, SHELF)
    if not path.is_file():
        # Where lists were kept before they had a shelf of their own.
        path = path_of(goods_import.sha256)
    if goods_import.tidied_at is not None or not path.is_file():
        raise Missing(f"{goods_import.file_name} is no longer kept.", remedy="Send the list again.")
    return path.open("rb")


def count_rows(goods_import: GoodsImport, progress: Progress) -> int:
    """Read the list to its end and return its rows. Raises UnreadableList."""
    found = 0
    with open_list(goods_import) as source:
        for _ in read_list(source, _reading(goods_import)):
            found += 1
            progress("Reading the file", found, 0)
    return found


def planned_batches(goods_import: GoodsImport) -> Iterator[list[PlannedRow]]:
    """Yield the rows of the list with what each would do, some hundred at a time.

    What a batch is compared with is looked up when it is its turn: memory does not grow with the
    list. No row can find a device that an earlier row of the list has made, so a batch may be
    written before the next is planned. Raises UnreadableList.
    """
    planner = Planner(known_places(goods_import))
    with open_list(goods_import) as source:
        rows = read_list(source, _reading(goods_import))
        while batch := list(islice(rows, BATCH)):
            known = known_devices(goods_import.customer_id, batch)
            yield [planner.plan(row, known) for row in batch]


def _reading(goods_import: GoodsImport) -> Reading:
    return Reading(KINDS, DateStyle(goods_import.style), Letters(goods_import.letters))
