"""What the address says that a device calls by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.reports import LONGEST_WORDS, Report, Said, read_report


@pytest.mark.parametrize(
    ("word", "said", "code"),
    [
        ("", Said.WELL, None),
        ("start", Said.STARTED, None),
        ("fail", Said.FAILED, None),
        ("0", Said.WELL, 0),
        ("1", Said.FAILED, 1),
        ("255", Said.FAILED, 255),
    ],
)
def test_the_last_part_of_the_address_says_it(word: str, said: Said, code: int | None) -> None:
    report = read_report(word)
    assert report is not None
    assert (report.said, report.exit_code) == (said, code)


@pytest.mark.parametrize(
    "word", ["256", "-1", "01", "1.0", "١", "１", "START", "finish", "9" * 5000, "1e1"]
)
def test_any_other_address_does_not_exist(word: str) -> None:
    assert read_report(word) is None


def test_the_last_line_of_what_failed_is_told() -> None:
    body = b"copying\nrsync: no space left on device\n\n"
    assert read_report("23", body) == Report(
        Said.FAILED,
        "It reports that its job failed with code 23: rsync: no space left on device",
        23,
    )
    assert read_report("", body) == Report(Said.WELL, "It reports that all is well")


@given(st.text(), st.binary())
def test_anything_may_be_sent(word: str, body: bytes) -> None:
    report = read_report(word, body)
    assert report is None or (report.words.isprintable() and len(report.words) <= LONGEST_WORDS)
