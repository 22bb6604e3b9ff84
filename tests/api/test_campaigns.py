"""Campaigns and updates in the API."""

from __future__ import annotations

import pytest

from tests.api.caller import caller
from tests.cast import Cast
from tests.upkeep.firmware.world import build_asking, build_product, build_release

pytestmark = pytest.mark.django_db


def test_staff_list_campaigns_and_each_side_its_updates(cast: Cast) -> None:
    update = build_asking(cast, build_release(cast, build_product(cast, cast.phone_system)))
    dana, elena = caller(cast.dana), caller(cast.elena)
    (campaign,) = dana.get("/firmware/campaigns?state=running").json()["items"]
    assert (campaign["id"], campaign["target"]) == (update.campaign_id, "22.10.2")
    path = f"/firmware/updates?campaign={update.campaign_id}&state=asking"
    for who in (dana, elena):
        (told,) = who.get(path).json()["items"]
        assert (told["id"], told["device"]["name"], told["wave"]) == (
            update.pk,
            cast.phone_system.name,
            1,
        )
        assert "problem" not in told
    assert caller(cast.sam).get(path).json()["items"] == []
    assert dana.get("/firmware/updates?state=nonsense").status_code == 400
