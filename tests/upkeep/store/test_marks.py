"""When a folder is the store, by the marks that are seen: a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from upkeep.store.errors import StoreUnavailable
from upkeep.store.marks import Look, Standing, standing_of
from upkeep.store.objects import MARK, FolderStore

KEY = "p1/c1/d1/2026/11/01ARZ3NDEKTSV4RRFFQ69G5FAV-0a1b2c3d/config.zst.age"


@pytest.mark.parametrize(
    ("known", "found", "has_objects", "are_there", "standing"),
    [
        ("", "", False, False, Standing.MARK_IT),
        ("", "", True, True, Standing.MARK_IT),
        ("", "", True, False, Standing.AWAY),
        ("", "a", False, False, Standing.KNOW_IT),
        ("", "a", True, True, Standing.KNOW_IT),
        ("", "a", True, False, Standing.OTHER),
        ("a", "a", False, False, Standing.OURS),
        ("a", "a", True, False, Standing.OURS),
        ("a", "b", True, True, Standing.OTHER),
        ("a", "", True, True, Standing.MARK_IT),
        ("a", "", True, False, Standing.AWAY),
        ("a", "", False, False, Standing.AWAY),
    ],
)
def test_what_a_folder_is(
    known: str, found: str, has_objects: bool, are_there: bool, standing: Standing
) -> None:
    assert standing_of(Look(known, found, has_objects, are_there)) is standing


def test_a_folder_without_its_mark_is_neither_written_listed_nor_cleared(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for refused in (
        lambda: store.create(KEY),
        lambda: store.delete(KEY),
        lambda: list(store.keys()),
        lambda: store.exists(KEY),
        lambda: store.open(KEY),
    ):
        with pytest.raises(StoreUnavailable, match="its mark is missing"):
            refused()
    assert list(tmp_path.iterdir()) == []


def test_the_first_mark_counts_and_is_no_object(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "new")
    assert (store.mark(), store.set_mark("a"), store.set_mark("b")) == ("", "a", "a")
    assert [path.name for path in store.root.iterdir()] == [MARK]
    assert list(store.keys()) == []
    assert (store.root / MARK).stat().st_mode & 0o077 == 0
