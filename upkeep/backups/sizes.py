"""Is a backup of another size than those before it? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

# Below this nothing is told: small systems double by one file.
SMALL: Final = 64 * 1024
SHRUNK, GROWN = 0.5, 1.5
FEWEST = 2
THOUSAND: Final = 1000
UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size_warning(size: int, former: Sequence[int]) -> str:
    """Return a warning where `size` is far from the median of the last good ones, or ""."""
    if len(former) < FEWEST:
        return ""
    usual = median(former)
    if max(size, usual) < SMALL:
        return ""
    if size < usual * SHRUNK:
        return f"It is much smaller than usual: {_spelt(size)}, and usually {_spelt(usual)}."
    if size > usual * GROWN:
        return f"It is much larger than usual: {_spelt(size)}, and usually {_spelt(usual)}."
    return ""


def _spelt(size: float) -> str:
    power = 0
    while size >= THOUSAND and power < len(UNITS) - 1:
        size, power = size / THOUSAND, power + 1
    return f"{size:.1f} {UNITS[power]}" if power else f"{size:.0f} {UNITS[0]}"
