"""The same store in a bucket: whole or nothing, by what S3 offers for it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.upkeep.archives import SQL
from tests.upkeep.store.bucket_server import Bucket, bucket_server
from tests.vault_keys import VAULT_IDENTITY, VAULT_RECIPIENT
from upkeep.store.bucket import BucketStore
from upkeep.store.errors import ObjectMissing, PartBroken, StoreUnavailable
from upkeep.store.parts import PartWriter, open_part, stored_sha256

KEY = "p1/c1/d1/2026/11/01ARZ3NDEKTSV4RRFFQ69G5FAV-0a1b2c3d/config.zst.age"
# More than one piece of a multipart upload.
NOISE = random.Random(3).randbytes(20_000_000)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with bucket_server() as running:
        yield running


@pytest.fixture
def store(bucket: Bucket) -> BucketStore:
    return BucketStore(bucket.address)


def writer(store: BucketStore, form: str = "raw") -> PartWriter:
    return PartWriter(store, KEY, name="config", form=form, recipients=[VAULT_RECIPIENT])


def test_a_large_part_goes_in_and_comes_back(store: BucketStore, bucket: Bucket) -> None:
    with writer(store) as part:
        part.write(NOISE)
        sealed = part.finish()
    assert list(bucket.objects) == [f"portal/{KEY}"]
    assert bucket.uploads == {}
    assert stored_sha256(store, KEY) == sealed.stored_sha256
    with open_part(store, KEY, VAULT_IDENTITY) as plain:
        assert plain.read() == NOISE
    assert (list(store.keys("p1")), list(store.keys("p2"))) == ([KEY], [])
    store.delete(KEY)
    assert (bucket.objects, store.exists(KEY)) == ({}, False)


def test_what_is_not_finished_or_not_whole_leaves_nothing(
    store: BucketStore, bucket: Bucket
) -> None:
    with writer(store) as part:
        part.write(NOISE)
    with writer(store, "sql") as part:
        part.write(SQL)
        with pytest.raises(PartBroken):
            part.finish()
    assert (bucket.objects, bucket.uploads) == ({}, {})


def test_an_upload_that_somebody_died_over_is_aborted(store: BucketStore, bucket: Bucket) -> None:
    store.create(KEY).write(NOISE)
    assert len(bucket.uploads) == 1
    assert store.sweep_leftovers(timedelta(hours=1)) == 0
    assert store.sweep_leftovers(timedelta(seconds=-5)) == 1
    assert bucket.uploads == {}


def test_a_missing_object_is_told_from_a_service_that_is_away(
    store: BucketStore, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ObjectMissing):
        store.open(KEY)
    assert store.exists(KEY) is False
    bucket.is_away = True
    # boto3 waits between its tries.
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    for ask in (store.open, store.exists, store.delete):
        with pytest.raises(StoreUnavailable, match="The bucket of backups does not let us"):
            ask(KEY)
