"""Where the results of jobs lie: outside the web root, named by chance, readable by us only."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings

from accounts.models import Job
from calcom_portal.common.errors import Missing


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A file whose bytes are on disk."""

    name: str
    key: str
    size: int


class ResultWriter:
    """The one file that a job may leave behind."""

    def __init__(self) -> None:
        self.result: StoredResult | None = None

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        """Give a file to write to; it becomes the result when the block ends well."""
        self.discard()
        key = uuid4().hex
        path = path_of(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as target:
                yield target
                target.flush()
                os.fsync(target.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self.result = StoredResult(name[:160], key, path.stat().st_size)

    def discard(self) -> None:
        """Forget the result: the work that made it did not count."""
        if self.result is not None:
            path_of(self.result.key).unlink(missing_ok=True)
            self.result = None


def path_of(key: str) -> Path:
    """Return where the bytes of a result lie."""
    return Path(settings.JOBS_DIR) / key


def result_of(job: Job) -> Path:
    """Return where the result of a job lies. Raises Missing when there is none (any more)."""
    path = path_of(job.file_key)
    if not job.has_file or not path.is_file():
        raise Missing(
            f"{job.title} has no file, or it is no longer kept.", remedy="Start it again."
        )
    return path


def remove_orphans(known: Iterable[str], older_than: timedelta) -> int:
    """Delete files that no job refers to: a worker died while it wrote them."""
    folder, keep = Path(settings.JOBS_DIR), set(known)
    if not folder.is_dir():
        return 0
    old = time.time() - older_than.total_seconds()
    orphans = [
        path for path in folder.iterdir() if path.name not in keep and path.stat().st_mtime < old
    ]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
