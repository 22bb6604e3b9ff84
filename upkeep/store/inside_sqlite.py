"""A SQLite database: its header and length, and for small ones SQLite's own check of all pages.

The check runs in a process of its own, with little memory and time, on a copy in
memory: a crafted database may attack whoever opens it.
"""

from __future__ import annotations

import os
import subprocess
import sys

from upkeep.store.seen import EMPTY, Seen, bad

MAGIC = b"SQLite format 3\0"
HEADER = 100
CHECKED_TO = 32 * 1024 * 1024
PATIENCE_SECONDS = 30
CHECK = """
import os, resource, sqlite3, sys
resource.setrlimit(resource.RLIMIT_AS, (512 * 2**20, 512 * 2**20))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
with open(int(sys.argv[1]), "rb", closefd=False) as source:
    source.seek(0)
    data = bytearray(source.read())
data[18:20] = b"\\1\\1"  # A database in memory has no write-ahead log.
database = sqlite3.connect(":memory:")
database.deserialize(bytes(data))
database.execute("PRAGMA trusted_schema=OFF")
database.execute("PRAGMA cell_size_check=ON")
sys.exit(database.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok")
"""


class SqliteChecker:
    """Compares the length with what the header says, and keeps small databases for a full check."""

    def __init__(self) -> None:
        self._head = b""
        self._size = 0
        self._memory: int | None = os.memfd_create("sqlite-check")

    def __del__(self) -> None:
        self._forget()

    def feed(self, data: bytes) -> None:
        """Look at more of it."""
        self._size += len(data)
        if len(self._head) < HEADER:
            self._head += data[:HEADER]
        if self._size > CHECKED_TO:
            self._forget()
        if self._memory is not None:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._memory, rest) :]

    def end(self) -> list[Seen]:
        """Say what was seen."""
        try:
            return self._header() or self._pages()
        finally:
            self._forget()

    def _header(self) -> list[Seen]:
        if self._size == 0:
            return [EMPTY]
        if not self._head.startswith(MAGIC) or self._size < HEADER:
            return [bad("not-sqlite", "It is not a SQLite database.")]
        page = int.from_bytes(self._head[16:18], "big")
        page = 65536 if page == 1 else page
        # The header's count of pages is only true where two counters agree (file format, 1.3.7).
        is_counted = self._head[24:28] == self._head[92:96]
        pages = int.from_bytes(self._head[28:32], "big")
        if page < 512 or self._size % page or (is_counted and pages * page != self._size):
            return [bad("sqlite-cut", "The database is shorter or longer than its header says.")]
        return []

    def _pages(self) -> list[Seen]:
        if self._memory is None:
            words = "The database is too large for SQLite's own check while it comes in."
            return [Seen("sqlite-large", words, is_unsure=True)]
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", CHECK, str(self._memory)],
                pass_fds=[self._memory],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE_SECONDS,
                check=False,
                env={},
            )
        except subprocess.TimeoutExpired:
            return [bad("sqlite-slow", "SQLite's own check of the database did not end.")]
        if done.returncode:
            return [bad("sqlite-damaged", "SQLite's own check says that the database is damaged.")]
        return []

    def _forget(self) -> None:
        if self._memory is not None:
            os.close(self._memory)
            self._memory = None
