"""Models, warranty lists and imports in the API."""

from __future__ import annotations

from accounts.models import Membership
from contracts.models import Device, GoodsImport, ProductModel
from tests.accounts.who import seat_id
from tests.api.caller import caller
from tests.builders import build_warranty
from tests.cast import Cast
from tests.stage import acting


def test_a_warranty_list_is_read_by_staff_and_by_its_customer(cast: Cast) -> None:
    item = build_warranty(cast.contract, cast.phone_system)
    for viewer in (cast.dana, cast.amit):
        (found,) = caller(viewer).get("/warranties").json()["items"]
        assert found == {
            "id": item.pk,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "note": "",
            "device": {"id": cast.phone_system.pk, "name": "Main phone system"},
            "contract_number": cast.contract.number,
            "customer": {"id": cast.bayview.pk, "name": "Bayview Dental Group"},
        }
    for stranger in (cast.sam, cast.nils):
        assert caller(stranger).get("/warranties").json()["items"] == []


def test_a_customer_reads_the_models_that_it_has(cast: Cast) -> None:
    with acting(cast.ruth):
        model = ProductModel.objects.create(
            provider=cast.calcom, vendor="Panasonic", model="KX-NS700", kind="pbx"
        )
    assert caller(cast.amit).get("/models").json()["items"] == []
    with acting(cast.ruth):
        Device.objects.filter(pk=cast.phone_system.pk).update(product_model=model)
    (found,) = caller(cast.amit).get("/models").json()["items"]
    assert (found["id"], found["vendor"], found["support_ends_on"]) == (model.pk, "Panasonic", None)


def test_how_an_import_stands_is_read_by_who_may_send_one(cast: Cast) -> None:
    with acting(cast.ruth) as scope:
        made = GoodsImport.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            file_name="phones.csv",
            sha256="0" * 64,
            size=1,
            style="ask",
            letters="auto",
            state="ready",
            counts={"new": 2},
            created_at=scope.now,
            created_by=Membership.objects.get(pk=seat_id(cast.ruth)),
        )
    found = caller(cast.ruth).get(f"/imports/{made.pk}").json()
    assert (found["state"], found["counts"], found["applied_at"]) == ("ready", {"new": 2}, None)
    assert caller(cast.dana).get(f"/imports/{made.pk}").status_code == 403
    assert caller(cast.nils).get(f"/imports/{made.pk}").status_code == 404
