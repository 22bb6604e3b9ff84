"""Where the probes of a provider may go."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from calcom_portal.common.tenancy import provider_scope, system_scope
from monitoring.models import EgressAllowance
from monitoring.policy_of import (
    everybodys_policy,
    may_be_allowed,
    policies_by_provider,
    policy_of,
    policy_of_agents,
)
from monitoring.probes.egress import EgressRefused, check_typed
from tests.cast import Cast


@pytest.fixture
def lists(cast: Cast) -> Cast:
    for provider, network in ((cast.calcom, "10.20.0.0/16"), (cast.northline, "192.168.0.0/24")):
        with provider_scope(provider_id=provider.pk) as scope:
            EgressAllowance.objects.create(
                provider=provider, network=network, note="", created_at=scope.now
            )
    return cast


def test_each_provider_reaches_the_networks_of_its_own_list(lists: Cast) -> None:
    with provider_scope(provider_id=lists.calcom.pk):
        policy = policy_of(lists.calcom.pk)
    assert check_typed("10.20.3.4", policy) == "10.20.3.4"
    with pytest.raises(EgressRefused, match="private"):
        check_typed("192.168.0.9", policy)


def test_the_runner_gets_all_lists_at_once(lists: Cast) -> None:
    with system_scope("a test reads all lists"):
        policies = policies_by_provider()
    assert {key: policy.allowed for key, policy in policies.items()} == {
        lists.calcom.pk: (ip_network("10.20.0.0/16"),),
        lists.northline.pk: (ip_network("192.168.0.0/24"),),
    }
    assert everybodys_policy().allowed == ()


def test_a_list_opens_nothing_that_the_installation_keeps_closed(
    lists: Cast, settings: Any
) -> None:
    settings.PRIVATE_TARGETS = (ip_network("10.20.3.0/24"),)
    with provider_scope(provider_id=lists.calcom.pk):
        assert policy_of(lists.calcom.pk).allowed == ()


def test_the_portals_own_networks_stay_closed(lists: Cast, settings: Any) -> None:
    settings.OWN_NETWORKS = (ip_network("10.20.5.0/24"),)
    with provider_scope(provider_id=lists.calcom.pk):
        policy = policy_of(lists.calcom.pk)
    with pytest.raises(EgressRefused, match="own addresses"):
        policy.check(ip_address("10.20.5.1"))


@pytest.mark.parametrize(
    ("network", "may"),
    [
        ("10.0.0.0/8", True),
        ("10.9.0.0/16", True),
        ("0.0.0.0/0", False),
        ("8.0.0.0/7", False),
        ("169.254.0.0/16", False),
        ("::ffff:10.0.0.0/104", False),
        ("fd00::/8", False),
    ],
)
def test_what_may_stand_on_a_list(network: str, may: bool, settings: Any) -> None:
    settings.PRIVATE_TARGETS = (ip_network("10.0.0.0/8"), ip_network("fd00::/16"))
    assert may_be_allowed(ip_network(network)) is may


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "::1", "224.0.0.1", "0.0.0.0"])  # noqa: S104
def test_an_agent_is_never_told_to_ask_its_own_machine_or_the_cloud_around_it(host: str) -> None:
    with pytest.raises(EgressRefused):
        check_typed(host, policy_of_agents())
    assert check_typed("192.168.1.20", policy_of_agents()) == "192.168.1.20"
