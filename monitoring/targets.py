"""Where a connection or a check may lead: refused with the reason while it is typed.

Asking checks again, on the address that is connected to. Here nothing is resolved and nothing sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from calcom_portal.common.errors import BadInput
from monitoring.models import Connection, Transport
from monitoring.policy_of import policy_of, policy_of_agents
from monitoring.probes.egress import EgressPolicy, EgressRefused, check_typed
from monitoring.setting_readers import Value


def policy_for(transport: str, provider_id: int) -> EgressPolicy:
    """Return where equipment may be that is reached through `transport`."""
    if transport == Transport.AGENT:
        return policy_of_agents()
    return policy_of(provider_id)


def checked_host(host: str, policy: EgressPolicy, *, field: str = "host") -> str:
    """Return a host as it is kept. Raises BadInput with the reason."""
    try:
        return check_typed(host, policy)
    except EgressRefused as refusal:
        raise BadInput(
            str(refusal),
            field=field,
            remedy="Equipment behind a router is reached through an agent at its site.",
        ) from refusal


def check_places(
    settings: Mapping[str, Value], connection: Connection | None, provider_id: int
) -> None:
    """Refuse a check whose own host, or page, may not be reached. Raises BadInput."""
    transport = connection.transport if connection else Transport.DIRECT.value
    policy = policy_for(transport, provider_id)
    if host := str(settings.get("host") or ""):
        checked_host(host, policy)
    if page := str(settings.get("page") or ""):
        checked_host(_host_of(page), policy, field="page")


def _host_of(page: str) -> str:
    try:
        return urlsplit(page).hostname or ""
    except ValueError as error:
        raise BadInput("This is no address of a page.", field="page") from error
