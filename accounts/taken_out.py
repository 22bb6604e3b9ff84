"""What this app gives to a take-out."""

from __future__ import annotations

from accounts.models import ApiKey, AuditEntry, Customer, Invitation, Look, Membership
from accounts.takeout import Part

PARTS = (
    Part("customer", Customer, of_customer="pk"),
    Part("people", Membership, leaves_out=("user_id",)),
    Part("invitations", Invitation, leaves_out=("token_hash",)),
    Part("api_keys", ApiKey, leaves_out=("secret_hash",), staff_only=True),
    Part("audit_trail", AuditEntry, staff_only=True),
    Part("looks", Look, staff_only=True),
)
