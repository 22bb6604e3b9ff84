"""Shut an agent out: the hub hangs up at once, and its key opens nothing any more."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.models import SiteAgent


def revoke_agent(*, agent: SiteAgent, actor: Viewer) -> SiteAgent:
    """Revoke an agent for good; what it watched is unknown until another one does. Once is enough.

    Raises NotAllowed.
    """
    actor.require(Capability.MANAGE_MONITORING)
    agent = SiteAgent.objects.select_for_update().get(pk=agent.pk)
    if agent.revoked_at is None:
        agent.revoked_at = database_now()
        agent.code_hash, agent.code_expires_at = "", None
        agent.save(update_fields=["revoked_at", "code_hash", "code_expires_at"])
        record(actor, "agent.revoked", agent, id=agent.pk, fingerprint=agent.fingerprint)
    return agent
