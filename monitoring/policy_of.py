"""Where the probes of a provider may go: public addresses, and what its own list allows.

A provider writes its list itself; what a list may hold at all is the installation's matter
(`settings.PRIVATE_TARGETS`), and checked again here: a setting that is narrowed later holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.conf import settings

from monitoring.models import EgressAllowance
from monitoring.probes.egress import EgressPolicy, Network

# What an agent finds in the network of a site: RFC 1918, RFC 6598 and RFC 4193. Never the machine
# that it runs on, and never link-local addresses, where clouds keep their secrets.
OF_A_SITE = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def policy_of(provider_id: int) -> EgressPolicy:
    """Return where a provider's probes may go from here."""
    rows = EgressAllowance.objects.filter(provider_id=provider_id)
    return policy_with(rows.values_list("network", flat=True))


def policies_by_provider() -> dict[int, EgressPolicy]:
    """Return the policies of all providers that have a list; all others have `EgressPolicy()`."""
    lists: dict[int, list[str]] = {}
    for provider_id, network in EgressAllowance.objects.values_list("provider_id", "network"):
        lists.setdefault(provider_id, []).append(network)
    return {provider_id: policy_with(networks) for provider_id, networks in lists.items()}


def everybodys_policy() -> EgressPolicy:
    """Return the policy of a provider without a list."""
    return policy_with(())


def policy_of_agents() -> EgressPolicy:
    """Return what an agent may be told to ask; it has its own list besides."""
    return EgressPolicy(allowed=OF_A_SITE)


def may_be_allowed(network: Network) -> bool:
    """May a provider put this network on its list, in this installation?"""
    return any(_holds(outer, network) for outer in settings.PRIVATE_TARGETS)


def policy_with(networks: Iterable[str]) -> EgressPolicy:
    """Return the policy of a provider whose list holds these networks (CIDR)."""
    allowed = (ip_network(text) for text in networks)
    return EgressPolicy(
        allowed=tuple(network for network in allowed if may_be_allowed(network)),
        own=tuple(settings.OWN_NETWORKS),
    )


def _holds(outer: Network, inner: Network) -> bool:
    if isinstance(outer, IPv4Network) and isinstance(inner, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, IPv6Network) and isinstance(inner, IPv6Network):
        return inner.subnet_of(outer)
    return False
