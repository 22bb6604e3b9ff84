"""Names of backups and keys of their objects."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from calcom_portal.common.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Databases have capitals in their names.
PART_NAME = re.compile(r"[a-z0-9][A-Za-z0-9._-]{0,79}")
MANIFEST = "manifest.json.age"
ENDING = ".zst.age"


def new_name(now: datetime) -> str:
    """Return a ULID: 26 characters that sort by time, and that nobody guesses."""
    number = (int(now.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def checked_part_name(name: str) -> str:
    """Return the name of a part. Raises BadInput for one that has no place in a key."""
    if not PART_NAME.fullmatch(name) or ".." in name:
        raise BadInput(
            f"{name[:80]!r} cannot be the name of a part.",
            field="name",
            remedy="Use letters, digits, dots and hyphens, a small letter first.",
        )
    return name


def folder_of(
    *, provider_id: int, customer_id: int, device_id: int, begun: datetime, name: str, attempt: str
) -> str:
    """Return the folder of one attempt at a backup; a second attempt never meets the first."""
    return (
        f"p{provider_id}/c{customer_id}/d{device_id}/{begun:%Y/%m}/{name}-{attempt[:8] or 'once'}"
    )


def backup_of(key: str) -> str:
    """Return the ULID in a key; "" where there is none."""
    folder = key.rpartition("/")[0].rpartition("/")[2]
    name = folder.partition("-")[0]
    return name if len(name) == 26 else ""
