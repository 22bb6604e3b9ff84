"""What the verbs of connections share: the rules of a way to a device."""

from __future__ import annotations

from dataclasses import dataclass, replace

from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.models import Device
from monitoring.models import Credential, SiteAgent, Transport
from monitoring.targets import checked_host, policy_for
from monitoring.ways import LANGUAGES, Language

HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Way:
    """How a device is reached in one language. Port 0 is the usual one."""

    driver: str
    host: str
    port: int = 0
    transport: str = Transport.DIRECT.value
    agent: SiteAgent | None = None
    credential: Credential | None = None


def checked_way(way: Way, device: Device) -> Way:
    """Return a way as it is kept. Raises BadInput with the field, RuleBroken for a retired device.

    The host is judged by where its packets would come from: the portal, or an agent at the site.
    """
    refuse_retired(device)
    if way.driver not in LANGUAGES:
        raise BadInput("Choose one of the languages offered.", field="driver")
    if not 0 <= way.port <= HIGHEST_PORT:
        raise BadInput(f"A port is between 1 and {HIGHEST_PORT:,}.", field="port")
    way = _with_agent(way, device)
    _refuse_credential(way, LANGUAGES[way.driver], device)
    policy = policy_for(way.transport, device.provider_id)
    return replace(way, host=checked_host(way.host, policy))


def refuse_retired(device: Device) -> None:
    """Raise RuleBroken for a device out of service."""
    if device.retired_on is not None:
        raise RuleBroken(
            f"{device} is out of service, so it is not watched.",
            remedy="Watch the one that stands in its place.",
        )


def _with_agent(way: Way, device: Device) -> Way:
    if way.transport == Transport.DIRECT:
        return replace(way, agent=None)
    if way.transport != Transport.AGENT:
        raise BadInput("Choose one of the ways offered.", field="transport")
    if way.agent is None:
        raise BadInput("Choose the agent that reaches it.", field="agent")
    if way.agent.customer_id != device.customer_id:
        raise BadInput("This agent is at another customer's site.", field="agent")
    if way.agent.revoked_at is not None:
        raise BadInput("This agent was revoked.", field="agent")
    return way


def _refuse_credential(way: Way, language: Language, device: Device) -> None:
    if way.credential is None:
        if language.needs_credential:
            raise BadInput(
                f"{language.title} answers nobody without a credential.",
                field="credential",
                remedy="Choose one, or keep a new one first.",
            )
        return
    if way.credential.customer_id != device.customer_id:
        raise BadInput("This credential is another customer's.", field="credential")
    if way.credential.kind not in language.credentials:
        raise BadInput(
            f"{language.title} cannot use a credential of this kind.", field="credential"
        )
