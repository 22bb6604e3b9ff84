"""Revoke an API key."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import ApiKey
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now


def revoke_api_key(*, key: ApiKey, actor: Viewer) -> ApiKey:
    """Refuse the key from the next call on, for good. Raises NotAllowed."""
    actor.require(Capability.MANAGE_API_KEYS)
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at = database_now()
        key.save(update_fields=["revoked_at"])
        record(actor, "key.revoked", key, prefix=key.prefix)
    return key
