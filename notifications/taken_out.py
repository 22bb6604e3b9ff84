"""What this app gives to a take-out: which mails went to whom, for the provider's own records."""

from __future__ import annotations

from accounts.takeout import Part
from notifications.models import Notice

# What a mail said is in the tickets; how it was sent is our own machinery.
MACHINERY = (
    *("payload", "dedupe_key", "digest_key", "lease_token", "lease_until", "message_id"),
    *("attempts", "not_before", "last_error", "event_key"),
)

PARTS = (Part("notices", Notice, leaves_out=MACHINERY, staff_only=True),)
