"""From the row of a connection to what a driver signs in with."""

from typing import Any

import pytest

from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import provider_scope
from monitoring.models import Connection
from monitoring.probes.digest import Login
from tests.cast import Cast
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from upkeep.drivers.base import Reach
from upkeep.reach import reach_of

pytestmark = pytest.mark.django_db


def reach(cast: Cast, connection: Connection) -> Reach:
    with provider_scope(provider_id=cast.calcom.pk):
        return reach_of(Connection.objects.select_related("credential").get(pk=connection.pk))


def build_way(cast: Cast, **fields: Any) -> Connection:
    usual = {"driver": "ssh", "host": "127.0.0.1", "port": 2022, "host_key": "SHA256:known"}
    return build_connection(cast.phone_system, **{**usual, **fields})


def test_a_connection_by_ssh_becomes_a_login_with_its_confirmed_key(cast: Cast) -> None:
    allow_loopback(cast.calcom.pk)
    secret = {"user": "backup", "password": "s3cret", "ami_user": "portal", "ami_password": "ami"}
    way = build_way(cast, credential=build_credential(cast.phone_system, **secret))
    found = reach(cast, way)
    assert (found.host, found.port) == ("127.0.0.1", 2022)
    assert (found.login.username, found.login.password) == ("backup", "s3cret")
    assert (found.login.host_key, found.manager) == ("SHA256:known", Login("portal", "ami"))
    assert [str(network) for network in found.policy.allowed] == ["127.0.0.0/8"]
    assert "s3cret" not in repr(found)


def test_the_usual_port_is_that_of_ssh(cast: Cast) -> None:
    credential = build_credential(cast.phone_system, user="backup", password="s3cret")
    assert reach(cast, build_way(cast, port=0, credential=credential)).port == 22


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"driver": "web"}, "is no SSH"),
        ({"host_key": ""}, "Nobody has confirmed the host key"),
        ({}, "SSH needs a credential"),
    ],
)
def test_a_connection_without_a_way_in_is_refused(
    cast: Cast, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(RuleBroken, match=words):
        reach(cast, build_way(cast, **fields))


def test_the_agent_of_a_site_is_no_way_for_backups_yet(cast: Cast) -> None:
    way = build_way(cast)
    way.transport = "agent"
    with pytest.raises(RuleBroken, match="cannot be taken through the agent"):
        reach_of(way)
