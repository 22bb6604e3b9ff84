"""What a device that reports by itself says with the address that it calls. Pure.

`/beat/<token>` all is well · `/start` a job begins · `/fail` it failed · `/<0 to 255>` its exit
code. What is sent along may say in a line what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitoring.probes.facts import clean

LARGEST_BODY = 10 * 1024
LONGEST_WORDS = 200
HIGHEST_CODE = 255


class Said(StrEnum):
    """What a report says."""

    WELL = "well"
    STARTED = "started"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `exit_code` is None when none was sent, `words` are for people."""

    said: Said
    words: str
    exit_code: int | None = None


WORDS: dict[str, Report] = {
    "": Report(Said.WELL, "It reports that all is well"),
    "start": Report(Said.STARTED, "It reports that its job has begun"),
    "fail": Report(Said.FAILED, "It reports that its job failed"),
}


def read_report(word: str, body: bytes = b"") -> Report | None:
    """Return what the last part of the address and the body say; None for no such address."""
    report = WORDS.get(word) or _by_exit_code(word)
    if report is None or report.said is not Said.FAILED:
        return report
    if line := _last_line(body):
        return Report(report.said, f"{report.words}: {line}"[:LONGEST_WORDS], report.exit_code)
    return report


def _by_exit_code(word: str) -> Report | None:
    if not (word.isascii() and word.isdecimal()) or str(int(word[:4])) != word:
        return None
    code = int(word)
    if code == 0:
        return Report(Said.WELL, WORDS[""].words, 0)
    if code > HIGHEST_CODE:
        return None
    return Report(Said.FAILED, f"It reports that its job failed with code {code}", code)


def _last_line(body: bytes) -> str:
    """Return the last line that says something: that is where programs name the error."""
    lines = body[:LARGEST_BODY].decode("utf-8", errors="replace").splitlines()
    return next((text for line in reversed(lines) if (text := clean(line, LONGEST_WORDS))), "")
