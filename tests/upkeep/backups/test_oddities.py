"""What is odd about a file that a system sent."""

from __future__ import annotations

import pytest

from upkeep.backups.oddities import SentFile, oddities

MB = 1_000_000
BEFORE = SentFile("20261121-0300-nightly.tar.gz", 40 * MB, "a" * 64)
GZIP = b"\x1f\x8b\x08\x00"


def sent(name: str = "20261122-0300-nightly.tar.gz", size: int = 41 * MB) -> SentFile:
    return SentFile(name, size, "b" * 64)


def test_a_file_like_the_one_before_it_is_not_odd() -> None:
    assert oddities(sent(), BEFORE, GZIP) == []


def test_the_first_file_has_nothing_to_be_beside() -> None:
    assert oddities(sent(size=1 * MB), None, GZIP) == []


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (20 * MB, []),
        (
            20 * MB - 1,
            ["It is much smaller than the one before it: 19,999,999 bytes after 40,000,000."],
        ),
        (60 * MB, []),
        (
            60 * MB + 1,
            ["It is much larger than the one before it: 60,000,001 bytes after 40,000,000."],
        ),
    ],
)
def test_a_size_that_jumps_is_odd(size: int, words: list[str]) -> None:
    assert oddities(sent(size=size), BEFORE, GZIP) == words


def test_the_same_bytes_again_are_odd_whatever_they_are_called() -> None:
    again = SentFile("20261122-0300-nightly.tar.gz", BEFORE.size, BEFORE.digest)
    assert oddities(again, BEFORE, GZIP) == [
        "It is byte for byte the one before it: see whether the system still makes new ones."
    ]


def test_one_byte_is_odd_even_the_first_time() -> None:
    assert oddities(sent("backup.bin", 1), None, b"x") == ["It has only 1 byte."]


def test_a_day_that_goes_back_is_odd() -> None:
    assert oddities(sent("nightly-2026-11-19.tar.gz"), BEFORE, GZIP) == [
        "Its name says 2026-11-19, and the one before it 2026-11-21."
    ]


@pytest.mark.parametrize("name", ["backup.tar.gz", "20261341.tar.gz", "120261119.tar.gz", "a.tgz"])
def test_a_name_without_a_day_is_not(name: str) -> None:
    assert oddities(sent(name), BEFORE, GZIP) == []


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("a.tar.gz", b"PK\x03\x04", ["Its name says that it is a gzip file, and it is none."]),
        ("A.TGZ", b"<html>", ["Its name says that it is a gzip file, and it is none."]),
        ("a.zip", GZIP, ["Its name says that it is a zip file, and it is none."]),
        ("a.zip", b"PK\x03\x04", []),
        ("a.backup", b"<html>", []),
    ],
)
def test_a_name_that_says_something_else_is_odd(name: str, head: bytes, words: list[str]) -> None:
    assert oddities(sent(name), None, head) == words
