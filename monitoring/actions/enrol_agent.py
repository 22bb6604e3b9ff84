"""Let an agent in: whoever has the code gives the key by which the agent is known from then on."""

from __future__ import annotations

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from monitoring.agent_codes import hash_of_code
from monitoring.agent_keys import read_public_key
from monitoring.models import SiteAgent

WORKER = "agent enrolment"


class CodeRefused(BadInput):
    """Unknown, used, revoked and expired codes look the same."""

    def __init__(self) -> None:
        super().__init__(
            "This code is not good, or not any more.",
            field="code",
            remedy="Ask for a new code; each is good once, and for a day.",
        )


def enrol_agent(*, code: str, public_key: str, version: str) -> SiteAgent:
    """Return the agent whose code this is, enrolled. Runs in a system scope: the code says whose.

    Raises BadInput for a code or a key that is not good.
    """
    key, fingerprint = read_public_key(public_key)
    agent = _waiting(code)
    if agent is None or SiteAgent.objects.filter(fingerprint=fingerprint).exists():
        raise CodeRefused
    agent.public_key, agent.fingerprint = key, fingerprint
    agent.code_hash, agent.code_expires_at = "", None
    agent.enrolled_at, agent.version = database_now(), version[:40]
    agent.save(
        update_fields=[
            *("public_key", "fingerprint", "code_hash", "code_expires_at"),
            *("enrolled_at", "version"),
        ]
    )
    actor = Viewer.system(WORKER, provider_id=agent.provider_id)
    record(actor, "agent.enrolled", agent, id=agent.pk, fingerprint=fingerprint)
    return agent


def _waiting(code: str) -> SiteAgent | None:
    code_hash = hash_of_code(code)
    if not code_hash:
        return None
    rows = SiteAgent.objects.select_for_update().filter(
        code_hash=code_hash,
        code_expires_at__gt=database_now(),
        enrolled_at=None,
        revoked_at=None,
    )
    return rows.first()
