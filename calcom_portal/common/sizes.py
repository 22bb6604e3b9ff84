"""Sizes of files in words. Pure."""

from __future__ import annotations

MEGABYTE = 1024 * 1024


def megabytes(size: int) -> str:
    """Return "2 MB" or "2.1 MB"."""
    return f"{size / MEGABYTE:.1f} MB".replace(".0 ", " ")


def has_and_may(what: str, size: int, most: int) -> str:
    """Say that a file is too large: "list.csv has 16 MB; 15 MB are possible".

    In bytes where both would read the same.
    """
    has, may = megabytes(size), megabytes(most)
    if has == may:
        has, may = f"{size:,} bytes", f"{most:,} bytes"
    return f"{what} has {has}; {may} are possible"
