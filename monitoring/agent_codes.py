"""The code with which an agent comes in, once: written down by hand, so no letters to mix up."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from accounts.tokens import hashed

# Crockford's base 32: no I, L, O, U.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, IN_A_GROUP = 4, 4
LENGTH: Final = GROUPS * IN_A_GROUP
GOOD_FOR: Final = timedelta(hours=24)
MIXED_UP: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


def fresh_code() -> str:
    """Return a code that nobody has: 80 random bits as XXXX-XXXX-XXXX-XXXX."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + IN_A_GROUP] for start in range(0, LENGTH, IN_A_GROUP))


def hash_of_code(typed: str) -> str:
    """Return what is stored of a code, however it was typed; "" for what is no code."""
    letters = "".join(one for one in typed.upper() if one not in "- ").translate(MIXED_UP)
    if len(letters) != LENGTH or any(one not in ALPHABET for one in letters):
        return ""
    return hashed(letters)
