"""Sites, models, warranty lists, swaps and imports over the API."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.models import Device, GoodsImport, Site, WarrantyItem
from tests.api.caller import V1, Caller, assert_problem, caller
from tests.builders import build_warranty
from tests.cast import Cast
from tests.goods.files import DESK, HEADINGS, text
from tests.jobs import finish_jobs
from tests.stage import DatabaseTime, acting

DAYS = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}


@pytest.fixture
def stage(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give the cast at noon of 15 June."""
    database_time.set("2026-06-15T19:00:00+00:00")
    return cast


def send_list(who: Caller, content: str, **fields: object) -> Any:
    """Send a list in as a form."""
    lines = []
    for name, value in fields.items():
        lines += ["--b", f'Content-Disposition: form-data; name="{name}"', "", str(value)]
    lines += ["--b", 'Content-Disposition: form-data; name="file"; filename="list.csv"']
    lines += ["Content-Type: text/csv", "", content, "--b--", ""]
    body = "\r\n".join(lines).encode()
    return who.post("/imports", body, Content_Type="multipart/form-data; boundary=b")


def test_sites_and_models_are_added_and_changed(stage: Cast) -> None:
    priya = caller(stage.priya)
    body = {"customer": stage.sutter.pk, "name": "Harbor", "zone": "America/New_York"}
    made = priya.post("/sites", body)
    assert (made.status_code, made["Location"]) == (201, f"{V1}/sites/{made.json()['id']}")
    path = f"/sites/{made.json()['id']}/actions/edit"
    changed = priya.post(path, {"address": "1 Pier"}).json()
    assert changed == made.json() | {"address": "1 Pier"}
    assert_problem(priya.post("/sites", body), 400, "name")
    model = {"vendor": "Panasonic", "model": "KX-NS700", "kind": "pbx"}
    added = priya.post("/models", model).json()
    assert added == model | {"id": added["id"], "support_ends_on": None}
    path = f"/models/{added['id']}/actions/edit"
    assert priya.post(path, {"support_ends_on": "2028-03-31"}).json() == added | {
        "support_ends_on": "2028-03-31"
    }
    assert_problem(priya.post("/models", model), 400, "model")
    assert_problem(caller(stage.nils).post(path, {"kind": "pbx"}), 404)


def test_a_warranty_line_is_put_on_the_list_changed_and_taken_off(stage: Cast) -> None:
    ruth = caller(stage.ruth)
    body = {"contract": stage.contract.pk, "device": stage.phone_system.pk, **DAYS}
    first, again = (ruth.post("/warranties", body, Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    path = f"/warranties/{first.json()['id']}/actions"
    changed = ruth.post(f"{path}/edit", {"ends_on": "2027-12-31"}).json()
    assert changed == first.json() | {"ends_on": "2027-12-31"}
    assert_problem(ruth.post(f"{path}/edit", {"ends_on": "2025-12-31"}), 400, "ends_on")
    assert_problem(ruth.post("/warranties", body), 400, "starts_on")
    assert_problem(ruth.post("/warranties", body | {"device": 10**12}), 400, "device")
    assert_problem(caller(stage.nils).post(f"{path}/remove", {}), 404)
    assert_problem(caller(stage.priya).post(f"{path}/remove", {}), 403)
    assert ruth.post(f"{path}/remove", {}).json() == changed
    with acting(stage.ruth):
        assert not WarrantyItem.objects.exists()


def test_a_device_is_swapped_and_its_warranty_goes_over(stage: Cast) -> None:
    build_warranty(stage.contract, stage.phone_system)
    dana, path = caller(stage.dana), f"/devices/{stage.phone_system.pk}/actions/swap"
    body = {"serial": "NEW-1", "swapped_on": "2026-06-15", "reason": "Burnt out"}
    made = dana.post(path, body)
    assert made.status_code == 201, made.content
    new = made.json()
    assert (new["serial"], new["replaces"]) == ("NEW-1", stage.phone_system.pk)
    assert new["name"] == "Main phone system"
    lines = dana.get("/warranties").json()["items"]
    assert [(line["device"]["id"], line["starts_on"], line["ends_on"]) for line in lines] == [
        (stage.phone_system.pk, "2026-01-01", "2026-06-14"),
        (new["id"], "2026-06-15", "2026-12-31"),
    ]
    assert_problem(dana.post(path, body), 409)
    path = f"/devices/{new['id']}/actions/swap"
    assert_problem(dana.post(path, body), 400, "serial")
    assert_problem(dana.post(path, body | {"swapped_on": "soon"}), 400, "swapped_on")
    assert_problem(caller(stage.elena).post(path, body), 403)


def test_a_list_is_sent_in_looked_at_and_imported(stage: Cast) -> None:
    ruth = caller(stage.ruth)
    row = dict(zip(HEADINGS, DESK, strict=True)) | {"Warranty contract": stage.contract.number}
    good = text(HEADINGS, tuple(row.values()))
    made = send_list(ruth, good, customer=stage.bayview.pk)
    assert made.status_code == 201, made.content
    path = f"/imports/{made.json()['id']}"
    assert (made["Location"], made.json()["state"]) == (f"{V1}{path}", "checking")
    assert made.json()["job"] is not None
    finish_jobs()
    assert ruth.get(path).json()["counts"]["new"] == 1
    (told,) = ruth.get(f"{path}/rows").json()["items"]
    assert (told["number"], told["name"], told["outcome"]) == (2, "Front desk phone", "new")
    with acting(stage.ruth):
        assert not Device.objects.filter(serial="SN-1").exists()
    assert ruth.post(f"{path}/actions/apply", {}).status_code == 200
    finish_jobs()
    assert [item["state"] for item in ruth.get("/imports").json()["items"]] == ["applied"]
    assert_problem(ruth.post(f"{path}/actions/apply", {}), 409)
    assert_problem(ruth.post(f"{path}/actions/recheck", {}), 409)
    export = ruth.get(f"/installed-products?customer={stage.bayview.pk}")
    assert b"Front desk phone" in export.content
    assert_problem(caller(stage.nils).post(f"{path}/actions/apply", {}), 404)
    assert_problem(caller(stage.nils).get(f"{path}/rows"), 404)


def test_a_list_with_a_refused_row_imports_nothing(stage: Cast) -> None:
    ruth = caller(stage.ruth)
    broken = ("Nowhere", *DESK[1:])
    made = send_list(ruth, text(HEADINGS, broken), customer=stage.bayview.pk).json()
    finish_jobs()
    (row,) = ruth.get(f"/imports/{made['id']}/rows").json()["items"]
    assert (row["outcome"], len(row["problems"]) > 0) == ("refused", True)
    assert_problem(ruth.post(f"/imports/{made['id']}/actions/apply", {}), 409)
    with acting(stage.ruth):
        assert not Device.objects.filter(name="Front desk phone").exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "customer"),
        ({"customer": "x"}, "customer"),
        ({"customer": 10**12}, "customer"),
        ({"customer": 1, "dates": "any"}, "dates"),
        ({"customer": 1, "colour": "red"}, "colour"),
    ],
)
def test_a_list_that_says_wrong_things_is_refused_by_field(
    stage: Cast, fields: dict[str, Any], field: str
) -> None:
    assert_problem(send_list(caller(stage.ruth), "x", **fields), 400, field)
    body = {"customer": str(stage.bayview.pk)}
    assert_problem(caller(stage.ruth).post("/imports", body), 400, "file")
    with acting(stage.ruth):
        assert not GoodsImport.objects.exists()
        assert Site.objects.count() == 1
