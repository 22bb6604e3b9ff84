"""Objects in a bucket (S3 and what speaks like it), through django-storages.

Loaded only where BACKUP_STORE names a bucket. What is being written is a multipart upload: nobody
sees it before it is completed, and one that is given up is aborted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from upkeep.store.errors import ObjectMissing, StoreUnavailable
from upkeep.store.objects import ObjectWriter, checked_key

PIECE = 8 * 1024 * 1024


def storage_at(address: str) -> S3Storage:
    """Return django-storages' view of `s3://key:secret@host/bucket/folder?region=…&tls=no`."""
    parts = urlsplit(address)
    bucket, _, folder = parts.path.strip("/").partition("/")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    scheme = "http" if options.get("tls") == "no" else "https"
    return S3Storage(
        access_key=unquote(parts.username or ""),
        secret_key=unquote(parts.password or ""),
        endpoint_url=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
        region_name=options.get("region", "us-east-1"),
        addressing_style="path",
        signature_version="s3v4",
        bucket_name=bucket,
        location=folder,
    )


class BucketStore:
    """Objects in a bucket."""

    def __init__(self, address: str) -> None:
        self._storage = storage_at(address)
        self._folder = f"{self._storage.location}/" if self._storage.location else ""

    def create(self, key: str) -> ObjectWriter:
        """Begin a new object."""
        with _told("write"):
            return _Upload(self._storage, checked_key(key))

    def open(self, key: str) -> BinaryIO:
        """Give the bytes of an object as they come."""
        with _told("read"):
            try:
                body = self._object(key).get()["Body"]
            except ClientError as error:
                _raise_missing(error, key)
                raise
        return cast("BinaryIO", io.BufferedReader(_Body(body), PIECE))

    def delete(self, key: str) -> None:
        """Delete an object."""
        with _told("delete"):
            self._object(key).delete()

    def exists(self, key: str) -> bool:
        """Is there such an object?"""
        with _told("read"):
            try:
                self._object(key).load()
            except ClientError as error:
                with suppress(ObjectMissing):
                    _raise_missing(error, key)
                    raise
                return False
            return True

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List objects."""
        folder = f"{self._folder}{checked_key(prefix)}/" if prefix else self._folder
        with _told("read"):
            for found in self._storage.bucket.objects.filter(Prefix=folder):
                yield found.key.removeprefix(self._folder)

    def sweep_leftovers(self, older_than: timedelta) -> int:
        """Abort uploads that somebody died over."""
        old, count = datetime.now(UTC) - older_than, 0
        with _told("delete"):
            for upload in self._storage.bucket.multipart_uploads.all():
                if upload.object_key.startswith(self._folder) and upload.initiated < old:
                    upload.abort()
                    count += 1
        return count

    def _object(self, key: str) -> Any:
        return self._storage.bucket.Object(f"{self._folder}{checked_key(key)}")


class _Upload:
    def __init__(self, storage: S3Storage, key: str) -> None:
        self._key = key
        self._storage = storage
        self._file = storage.open(key, "wb")
        self._file.buffer_size = PIECE
        self._is_over = False

    def write(self, data: bytes, /) -> int:
        with _told("write"):
            self._file.write(data)
            return len(data)

    def commit(self) -> None:
        with _told("write"):
            self._file.close()
            self._is_over = True

    def abandon(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        # django-storages aborts what it believes to be clean; nothing written is nothing to abort.
        if self._file._multipart is not None:
            self._file._is_dirty = False
            with suppress(ClientError, BotoCoreError):
                self._file.close()


class _Body(io.RawIOBase):
    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        with _told("read"):
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()


def _raise_missing(error: ClientError, key: str) -> None:
    if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
        raise ObjectMissing(key) from error


@contextmanager
def _told(verb: str) -> Iterator[None]:
    """Tell what the bucket refuses in words."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StoreUnavailable(
            f"The bucket of backups does not let us {verb} ({type(error).__name__}).",
            remedy="Look at the service that keeps it, and at BACKUP_STORE.",
        ) from error
