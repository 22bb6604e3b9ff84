"""Give a device that reports by itself a new address, and close the former one."""

from __future__ import annotations

import secrets

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.tokens import hashed
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from monitoring.actions.create_check import TOKEN_BYTES
from monitoring.models import Check
from monitoring.ways import HEARTBEAT


def renew_address(*, check: Check, actor: Viewer) -> str:
    """Return the token of a new address; the former one is good no longer.

    Raises NotAllowed, and RuleBroken for a check that has no address.
    """
    actor.require(Capability.MANAGE_MONITORING)
    check = Check.objects.select_for_update().get(pk=check.pk)
    if check.kind != HEARTBEAT:
        raise RuleBroken(f"“{check}” has no address: it is asked by the portal.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    check.token_hash = hashed(token)
    check.save(update_fields=["token_hash"])
    record(actor, "check.address_renewed", check, id=check.pk)
    return token
