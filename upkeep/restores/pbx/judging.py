"""Whether a phone system that was started from a backup is the one of the backup. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from upkeep.restores.pbx.answers import Started

# The names of a baseline's figures: `monitoring.probes.facts.Fact`.
FIGURES = (
    ("phones.provisioned", "extensions", "extension"),
    ("trunks.count", "trunks", "trunk"),
    ("voicemail.boxes", "mailboxes", "mailbox"),
)
# What reads a file, where the backup has it.
READ_BY = {"pjsip.conf": "chan_pjsip", "extensions.conf": "pbx_config"}


def shortcomings(
    started: Started, baseline: Mapping[str, Any], files: Collection[str], entries: int | None
) -> Iterator[str]:
    """Return in sentences what is less than at the time of the backup.

    `entries` is how many entries its own database has in the backup; None where it has none.
    """
    for file, module in READ_BY.items():
        if file in files and module not in started.modules:
            yield f"{file} could not be read."
    for name, figure, word in FIGURES:
        was, is_now = baseline.get(name), int(getattr(started, figure))
        if isinstance(was, int) and is_now < was:
            yield f"It has {counted(is_now, word)}; there were {was:,}."
    if entries is not None and started.entries < entries:
        kept = counted(started.entries, "entry", "entries")
        yield f"Its database has {kept}; there were {entries:,}."


def is_compared(baseline: Mapping[str, Any]) -> bool:
    """Does the baseline have figures to compare with?"""
    return all(isinstance(baseline.get(name), int) for name, _, _ in FIGURES)


def started_words(facts: Mapping[str, Any], *, has_entries: bool, is_compared: bool) -> str:
    """Return what was started, and with what."""
    what = [
        counted(facts["extensions"], "extension"),
        counted(facts["trunks"], "trunk"),
        counted(facts["mailboxes"], "mailbox", "mailboxes"),
        counted(facts["contexts"], "context"),
    ]
    if has_entries:
        what.append(f"{counted(facts['entries'], 'entry', 'entries')} of its database")
    told = (
        f"Started in an Asterisk {facts['version']} of our own with {', '.join(what[:-1])} and"
        f" {what[-1]}"
    )
    if is_compared:
        return f"{told}, as in the backup."
    return f"{told}. The system had not told its own figures to compare with."


def counted(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"
