"""Which columns hold what lets somebody in, or marks of our own machinery: nobody's data. Pure.

The rule goes by the name of a column, so that a new one is left out of take-outs before anybody
thinks of it. A test asks about every column whose name sounds like a secret.
"""

from __future__ import annotations

from typing import Final

# Whole names; the machinery first.
NAMES: Final = frozenset({"user_id", "lease_until", "checkpoint", "token", "sealed"})
ENDINGS: Final = ("_hash", "_token", "_secret", "_password", "_passphrase")
BEGINNINGS: Final = ("sealed_", "secret_")
# Sounds like one and is not: the instant at which a verdict was sealed.
OPEN: Final = frozenset({"sealed_at"})


def is_secret(column: str) -> bool:
    """Does a column of this name stay out of every archive?"""
    if column in OPEN:
        return False
    return column in NAMES or column.startswith(BEGINNINGS) or column.endswith(ENDINGS)
