"""A part on its way in and out: whole or nothing, and open to nobody without a key."""

from __future__ import annotations

import hashlib
import io
import random
import threading
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
import zstandard

from tests.upkeep.archives import DUMP, SQL, tar_of
from tests.vault_keys import (
    BREAK_GLASS_IDENTITY,
    BREAK_GLASS_RECIPIENT,
    VAULT_IDENTITY,
    VAULT_RECIPIENT,
)
from upkeep.store.errors import (
    ObjectDamaged,
    ObjectMissing,
    OverQuota,
    PartBroken,
    StoreUnavailable,
)
from upkeep.store.objects import FolderStore, checked_key
from upkeep.store.parts import PartWriter, Sealed, open_part, stored_sha256

KEY = "p1/c1/d1/2026/11/01ARZ3NDEKTSV4RRFFQ69G5FAV-0a1b2c3d/config.zst.age"
NOISE = random.Random(3).randbytes(700_000)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "store")
    store.set_mark("of a test")
    return store


def writer(store: FolderStore, form: str = "raw", room: int | None = None) -> PartWriter:
    keys = [VAULT_RECIPIENT, BREAK_GLASS_RECIPIENT]
    return PartWriter(store, KEY, name="config", form=form, recipients=keys, room=room)


def written(store: FolderStore, data: bytes, form: str = "raw", room: int | None = None) -> Sealed:
    with writer(store, form, room) as part:
        for at in range(0, len(data), 10_000):
            part.write(data[at : at + 10_000])
        return part.finish()


def files_in(store: FolderStore) -> list[str]:
    return [path.name for path in store.root.rglob("[!.]*") if path.is_file()]


def test_what_was_written_comes_back_for_either_key(store: FolderStore) -> None:
    sealed = written(store, NOISE)
    assert sealed.plain_sha256 == hashlib.sha256(NOISE).hexdigest()
    assert (sealed.plain_bytes, sealed.findings) == (len(NOISE), ())
    assert sealed.stored_sha256 == stored_sha256(store, KEY)
    for identity in (VAULT_IDENTITY, BREAK_GLASS_IDENTITY):
        with open_part(store, KEY, identity) as plain:
            assert plain.read() == NOISE


def test_the_object_is_plain_age_around_plain_zstd(store: FolderStore) -> None:
    written(store, NOISE)
    with store.open(KEY) as stored:
        content = stored.read()
    assert content.startswith(b"age-encryption.org/v1\n-> X25519 ")
    packed = pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(VAULT_IDENTITY)])
    assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == NOISE


def test_a_stranger_with_a_key_of_his_own_reads_nothing(store: FolderStore) -> None:
    written(store, NOISE)
    stranger = str(pyrage.x25519.Identity.generate())
    with open_part(store, KEY, stranger) as plain, pytest.raises(ObjectDamaged, match="this key"):
        plain.read()


def test_what_is_not_finished_leaves_nothing(store: FolderStore) -> None:
    with writer(store) as part:
        part.write(NOISE)
        assert [name.endswith(".part") for name in files_in(store)] == [True]
    assert files_in(store) == []
    with pytest.raises(ValueError, match="finished or abandoned"):
        part.write(b"more")


def test_a_part_that_is_not_whole_leaves_nothing_and_says_why(store: FolderStore) -> None:
    with writer(store, "sql") as part:
        part.write(SQL)
        with pytest.raises(PartBroken, match="config: The dump ends without the line"):
            part.finish()
    assert files_in(store) == []


def test_a_part_over_its_room_is_refused_and_leaves_nothing(store: FolderStore) -> None:
    with pytest.raises(OverQuota):
        written(store, NOISE, room=300_000)
    assert files_in(store) == []
    with writer(store, room=100) as part:
        part.write(b"very little, and written at the very end")
        with pytest.raises(OverQuota):
            part.finish()
    assert files_in(store) == []
    with writer(store, room=300_000) as part:
        part.write(DUMP)
        part.finish()
    assert len(files_in(store)) == 1


def test_an_object_is_never_written_over(store: FolderStore) -> None:
    first = written(store, NOISE)
    other = store.create(KEY)
    other.write(b"other")
    with pytest.raises(StoreUnavailable, match="holds this object already"):
        other.commit()
    other.abandon()
    assert stored_sha256(store, KEY) == first.stored_sha256


@pytest.mark.parametrize("place", [0.0, 0.001, 0.3, 0.5, 0.999, 1.0])
def test_one_flipped_bit_anywhere_is_refused(store: FolderStore, place: float) -> None:
    sealed = written(store, NOISE)
    path = store.root / KEY
    content = bytearray(path.read_bytes())
    content[int(place * (len(content) - 1))] ^= 1
    path.write_bytes(content)
    assert stored_sha256(store, KEY) != sealed.stored_sha256
    with open_part(store, KEY, VAULT_IDENTITY) as plain, pytest.raises(ObjectDamaged):
        plain.read()


def test_a_cut_object_is_refused_wherever_it_is_cut(store: FolderStore) -> None:
    written(store, tar_of(a=NOISE), "tar")
    path = store.root / KEY
    content = path.read_bytes()
    chance = random.Random(40)
    # Whole chunks of age are 64 KiB and their tag: cutting exactly there must be noticed too.
    header = content.index(b"\n--- ") + 5 + 43 + 1 + 16
    cuts = [header + 65_552, *chance.sample(range(len(content)), 12), len(content) - 1]
    for cut in cuts:
        path.write_bytes(content[:cut])
        with open_part(store, KEY, VAULT_IDENTITY) as plain, pytest.raises(ObjectDamaged):
            plain.read()


def test_a_missing_object_is_told_from_a_store_that_is_away(store: FolderStore) -> None:
    written(store, NOISE)
    with pytest.raises(ObjectMissing):
        store.open("p1/nothing")
    assert store.exists("p1/nothing") is False
    store.root.rename(store.root.with_name("elsewhere"))
    for ask in (store.open, store.exists):
        with pytest.raises(StoreUnavailable, match="folder of backups is not there"):
            ask(KEY)


def test_a_reader_who_loses_interest_leaves_no_thread(store: FolderStore) -> None:
    written(store, NOISE)
    before = set(threading.enumerate())
    with open_part(store, KEY, VAULT_IDENTITY) as plain:
        assert plain.read(10) == NOISE[:10]
        assert set(threading.enumerate()) - before
    assert not set(threading.enumerate()) - before


def test_leftovers_are_swept_when_they_are_old_and_objects_stay(store: FolderStore) -> None:
    written(store, NOISE)
    store.create("p1/c1/other.zst.age").write(b"half")
    assert store.sweep_leftovers(timedelta(hours=1)) == 0
    assert store.sweep_leftovers(timedelta(seconds=-1)) == 1
    assert list(store.keys()) == [KEY] == list(store.keys("p1/c1"))
    assert list(store.keys("p2")) == []


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../up", "a/../b", "a//b", "a/.hidden", "x.part", "a" * 201, "a\0b", "a\n"],
)
def test_a_key_never_leads_out_of_the_store(key: str) -> None:
    with pytest.raises(ValueError, match="is not a key"):
        checked_key(key)


def test_bytes_of_backups_are_readable_by_us_only(store: FolderStore) -> None:
    written(store, NOISE)
    path = store.root / KEY
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_without_a_key_nothing_is_written(store: FolderStore) -> None:
    with pytest.raises(ValueError, match="opened by nobody"):
        PartWriter(store, KEY, name="config", form="raw", recipients=[])
    assert files_in(store) == []


@pytest.mark.parametrize(
    "gone", [OSError(5, "Input/output error"), StoreUnavailable("The bucket is away.")]
)
def test_a_store_that_goes_away_while_it_is_read_has_damaged_nothing(
    store: FolderStore, gone: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(store, NOISE)

    class Half(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > len(NOISE) / 2:
                raise gone
            return super().read(size)

    monkeypatch.setattr(store, "open", lambda key: Half((store.root / key).read_bytes()))
    with open_part(store, KEY, VAULT_IDENTITY) as plain, pytest.raises(StoreUnavailable):
        plain.read()
