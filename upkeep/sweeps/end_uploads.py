"""The sweep that ends uploads whose taker died."""

from __future__ import annotations

from calcom_portal.common.tenancy import system_scope
from upkeep.backups.uploads import end_broken_uploads


def end_uploads() -> int:
    """End them; return how many there were."""
    with system_scope("end uploads that nobody takes in any more"):
        return end_broken_uploads()
