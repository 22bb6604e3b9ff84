"""What a file is, by its first bytes."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upkeep.backups.form_of import HEAD, form_of


def tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("etc/extensions.conf"), io.BytesIO())
    return target.getvalue()


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("users.xml", "<users/>")
    return target.getvalue()


DUMP = b"-- MariaDB dump 10.19  Distrib 10.11.6\n--\n"


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (tar(), "tar"),
        (gzip.compress(tar(), mtime=0), "tar"),
        (zipped(), "zip"),
        (DUMP, "sql"),
        (gzip.compress(DUMP, mtime=0), "sql"),
        (b"/*M!999999\\- enable the sandbox mode */ \n" + DUMP, "sql"),
        # Its own check opens the gzip file, and looks no further.
        (gzip.compress(zipped(), mtime=0), "raw"),
        (gzip.compress(b"x", mtime=0), "raw"),
        (b"\x1f\x8bnot gzip at all", "raw"),
        (b"<html>", "raw"),
        (b"x", "raw"),
        (b"", "raw"),
    ],
    # The bytes of a zip archive tell the time, and names of tests must not.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_first_bytes_tell_the_form(data: bytes, form: str) -> None:
    assert form_of(data[:HEAD]) == form


def test_a_sqlite_database_is_known(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "astdb.sqlite3") as database:
        database.execute("CREATE TABLE astdb (key TEXT)")
    assert form_of((tmp_path / "astdb.sqlite3").read_bytes()[:HEAD]) == "sqlite"


@given(st.binary(max_size=HEAD))
def test_any_bytes_have_a_form(head: bytes) -> None:
    assert form_of(head) in {"tar", "sql", "sqlite", "zip", "raw"}
