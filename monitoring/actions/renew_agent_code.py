"""Give an agent that has not come in yet another code: the first one ran out or was lost."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from monitoring.agent_codes import GOOD_FOR, fresh_code, hash_of_code
from monitoring.models import SiteAgent


def renew_agent_code(*, agent: SiteAgent, actor: Viewer) -> str:
    """Return the new code; the former one is good no more.

    Raises NotAllowed, and RuleBroken for an agent that has come in or was revoked.
    """
    actor.require(Capability.MANAGE_MONITORING)
    agent = SiteAgent.objects.select_for_update().get(pk=agent.pk)
    if agent.enrolled_at is not None or agent.revoked_at is not None:
        raise RuleBroken(
            f"{agent.name} cannot be given a code any more.",
            remedy="Revoke it, and prepare another agent.",
        )
    code = fresh_code()
    agent.code_hash, agent.code_expires_at = hash_of_code(code), database_now() + GOOD_FOR
    agent.save(update_fields=["code_hash", "code_expires_at"])
    record(actor, "agent.code_renewed", agent, id=agent.pk)
    return code
