"""A database dump: text that begins like SQL and ends with the word of the tool that it is done."""

from __future__ import annotations

from upkeep.store.seen import EMPTY, Seen, bad

KEPT = 4096
BEGINNINGS = (
    *(b"--", b"/*", b"set ", b"create ", b"begin", b"pragma ", b"insert ", b"drop ", b"use "),
)
# mariadb-dump and mysqldump, pg_dump, pg_dumpall, and sqlite3's .dump.
ENDINGS = (
    b"-- dump completed",
    b"-- postgresql database dump complete",
    b"-- postgresql database cluster dump complete",
    b"commit;",
)
LAST_LINES = 8


class SqlChecker:
    """Keeps the beginning and the end."""

    def __init__(self) -> None:
        self._head = self._tail = b""

    def feed(self, data: bytes) -> None:
        """Look at more of it."""
        if len(self._head) < KEPT:
            self._head += data[:KEPT]
        self._tail = (self._tail + data)[-KEPT:] if len(data) < KEPT else data[-KEPT:]

    def end(self) -> list[Seen]:
        """Say what was seen."""
        if not self._head.strip():
            return [EMPTY]
        if not self._head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(BEGINNINGS):
            return [bad("not-sql", "It is not a database dump.")]
        last = [line.strip().lower() for line in self._tail.splitlines()[-LAST_LINES:]]
        if not any(line.startswith(ENDINGS) for line in last):
            return [bad("sql-cut", "The dump ends without the line that says that it is complete.")]
        return []
