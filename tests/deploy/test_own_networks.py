"""A portal that does not know its own networks says so before it runs."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.core.checks import run_checks


def warned() -> list[str]:
    found = run_checks(tags=["security"], include_deployment_checks=True)
    return [str(one.id) for one in found if one.id == "portal.W001"]


@pytest.mark.parametrize(
    ("own", "demo", "debug", "is_warned"),
    [
        ((), False, False, True),
        ((ip_network("203.0.113.0/28"),), False, False, False),
        ((), True, False, False),
        ((), False, True, False),
    ],
)
def test_production_without_own_networks_is_warned(
    settings: Any, own: tuple[object, ...], demo: bool, debug: bool, is_warned: bool
) -> None:
    settings.OWN_NETWORKS, settings.PORTAL_DEMO, settings.DEBUG = own, demo, debug
    assert bool(warned()) is is_warned
