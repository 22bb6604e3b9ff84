"""Signed links that acknowledge a mail. They name a notice, hold no secret, and never expire."""

from __future__ import annotations

from django.core import signing

SALT = "notifications.acknowledge"


def acknowledge_token(notice_id: int) -> str:
    """Return the token of the mail that this notice is part of."""
    return signing.dumps(notice_id, salt=SALT)


def notice_of_token(token: str) -> int | None:
    """Return the notice that a token names, or None when we did not sign it."""
    try:
        value = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return value if isinstance(value, int) else None
