"""Open a private network to a provider's probes."""

from __future__ import annotations

from ipaddress import ip_network

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from monitoring.models import EgressAllowance
from monitoring.policy_of import may_be_allowed
from monitoring.probes.egress import Network

FIELD = "network"


def allow_network(*, network: str, note: str, actor: Viewer) -> EgressAllowance:
    """Put a network on the provider's list.

    Raises NotAllowed, and BadInput for what is no network, stands there already, or lies outside of
    what this installation opens at all.
    """
    actor.require(Capability.MANAGE_COMPANY)
    checked = _network(network)
    if EgressAllowance.objects.filter(network=str(checked)).exists():
        raise BadInput(f"{checked} is on the list already.", field=FIELD)
    if not may_be_allowed(checked):
        raise BadInput(
            f"This installation keeps {checked} closed to probes.",
            field=FIELD,
            remedy="Reach equipment there through an agent at its site, or ask whoever runs the"
            " portal to open it.",
        )
    allowance: EgressAllowance = EgressAllowance.objects.create(
        provider_id=actor.provider_id, network=str(checked), note=note, created_at=database_now()
    )
    record(actor, "network.allowed", allowance, id=allowance.pk, note=note)
    return allowance


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=True)
    except ValueError as error:
        raise BadInput(
            "This is no network.",
            field=FIELD,
            remedy="Write its first address and its length, such as 192.168.7.0/24.",
        ) from error
