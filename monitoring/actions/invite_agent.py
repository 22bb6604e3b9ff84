"""Prepare an agent at a site: a name, and a code that lets it in once."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from contracts.models import Site
from monitoring.agent_codes import GOOD_FOR, fresh_code, hash_of_code
from monitoring.models import SiteAgent


def invite_agent(*, site: Site, name: str, actor: Viewer) -> tuple[SiteAgent, str]:
    """Return the agent and its code, which is never seen again; it is good for a day.

    Raises NotAllowed, and BadInput for a name that another agent of the site has.
    """
    actor.require(Capability.MANAGE_MONITORING)
    name = name.strip()
    if not name or SiteAgent.objects.filter(site=site, name=name).exists():
        raise BadInput(
            "The agent needs a name that no other one at this site has.",
            field="name",
            remedy="Name it after the machine that it runs on.",
        )
    code, now = fresh_code(), database_now()
    agent: SiteAgent = SiteAgent.objects.create(
        provider_id=site.provider_id,
        customer_id=site.customer_id,
        site=site,
        name=name,
        code_hash=hash_of_code(code),
        code_expires_at=now + GOOD_FOR,
        created_at=now,
    )
    record(actor, "agent.invited", agent, id=agent.pk, site=site.pk)
    return agent, code
