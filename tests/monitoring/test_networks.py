"""The private networks that a provider opens to its probes."""

from __future__ import annotations

import uuid

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed
from monitoring.actions.allow_network import allow_network
from monitoring.actions.forbid_network import forbid_network
from monitoring.models import EgressAllowance
from monitoring.policy_of import policy_of
from monitoring.probes.egress import EgressRefused, check_typed
from tests.cast import Cast
from tests.monitoring.test_credentials import trail
from tests.stage import acting, browser_of


def test_an_opened_network_can_be_reached_until_it_is_closed(cast: Cast) -> None:
    with acting(cast.ruth):
        made = allow_network(network="192.168.7.0/24", note="Our workshop", actor=cast.ruth)
        assert check_typed("192.168.7.20", policy_of(cast.calcom.pk)) == "192.168.7.20"
        forbid_network(allowance=made, actor=cast.ruth)
        with pytest.raises(EgressRefused):
            check_typed("192.168.7.20", policy_of(cast.calcom.pk))
    assert trail(cast.ruth, "network.allowed")[0]["note"] == "Our workshop"
    assert len(trail(cast.ruth, "network.forbidden")) == 1


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ("192.168.7.1/24", "This is no network"),
        ("192.168.7", "This is no network"),
        ("a network", "This is no network"),
        ("169.254.169.254/32", "keeps 169.254.169.254/32 closed"),
        ("0.0.0.0/0", "keeps 0.0.0.0/0 closed"),
        ("::ffff:10.0.0.0/104", "closed"),
    ],
)
def test_what_cannot_stand_on_the_list_is_refused_with_the_reason(
    cast: Cast, network: str, words: str
) -> None:
    with acting(cast.ruth):
        with pytest.raises(BadInput, match=words) as refusal:
            allow_network(network=network, note="", actor=cast.ruth)
        assert refusal.value.field == "network"
        assert not EgressAllowance.objects.exists()


def test_a_network_stands_on_the_list_once(cast: Cast) -> None:
    with acting(cast.ruth):
        allow_network(network="10.1.0.0/16", note="", actor=cast.ruth)
        with pytest.raises(BadInput, match="on the list already"):
            allow_network(network="10.1.0.0/16", note="", actor=cast.ruth)


def test_only_administrators_open_networks(cast: Cast) -> None:
    with acting(cast.priya), pytest.raises(NotAllowed):
        allow_network(network="10.1.0.0/16", note="", actor=cast.priya)
    page = browser_of(cast.priya).get("/networks/").content.decode()
    assert "No private network is open" in page
    assert "Open a network" not in page


def test_the_page_warns_opens_and_closes(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    assert (
        "Whoever may add checks can reach everything" in browser.get("/networks/").content.decode()
    )
    form = {"network": "10.1.0.0/16", "note": "Workshop", "submission": str(uuid.uuid4())}
    assert [browser.post("/networks/", form).status_code for _ in range(2)] == [303, 303]
    with acting(cast.ruth):
        made = EgressAllowance.objects.get()
    assert "10.1.0.0/16" in browser.get("/networks/").content.decode()
    refused = browser.post("/networks/", {**form, "network": "8.0.0.0/8"})
    assert refused.status_code == 422
    assert browser.post(f"/networks/{made.pk}/close/").status_code == 303
    with acting(cast.ruth):
        assert not EgressAllowance.objects.exists()
