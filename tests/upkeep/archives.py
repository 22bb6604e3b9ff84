"""Bytes of parts for tests: honest ones, and a zoo of hostile and spoilt ones."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
import zipfile
from pathlib import Path

SQL = b"-- MariaDB dump 10.19\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n"
SQL_END = b"-- Dump completed on 2026-11-23 10:00:00\n"
DUMP = SQL + SQL_END


def tar_of(**files: bytes) -> bytes:
    """Return an archive with these files."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def tar_with(info: tarfile.TarInfo, content: bytes = b"") -> bytes:
    """Return an archive with one member made by hand."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """Return the header of a member."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def zip_of(**files: bytes) -> bytes:
    """Return a zip archive with these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def sqlite_of(folder: Path, rows: int = 200) -> bytes:
    """Return a SQLite database."""
    path = folder / "made.sqlite3"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE astdb (key TEXT PRIMARY KEY, value TEXT)")
        values = [(f"/AMPUSER/{number}/cidname", "Front desk" * 9) for number in range(rows)]
        database.executemany("INSERT INTO astdb VALUES (?, ?)", values)
    database.close()
    return path.read_bytes()


def bomb() -> bytes:
    """Return a small gzip file that grows to 300 MB of zeros."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=9) as packed:
        for _ in range(300):
            packed.write(bytes(1024 * 1024))
    return target.getvalue()
