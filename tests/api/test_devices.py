"""Adding, changing and retiring devices over the API."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import AuditEntry
from contracts.models import Device, Site
from tests.api.caller import V1, assert_problem, caller
from tests.builders import build_site
from tests.cast import Cast
from tests.stage import acting


def new(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return what a new device is sent as."""
    return {"site": cast.market_street.pk, "name": "Gateway", "kind": "gateway"} | changes


def stored(cast: Cast) -> list[Device]:
    """Return all devices but the one of the cast."""
    with acting(cast.ruth):
        return list(Device.objects.exclude(pk=cast.phone_system.pk))


def test_a_dispatcher_adds_a_device(cast: Cast) -> None:
    body = new(cast, vendor="Patton", serial="P-1", installed_on="2026-05-01")
    answer = caller(cast.priya).post("/devices", body)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert answer["Location"] == f"{V1}/devices/{made['id']}"
    assert made["customer"] == {"id": cast.bayview.pk, "name": "Bayview Dental Group"}
    assert (made["vendor"], made["installed_on"], made["installed_by_us"]) == (
        "Patton",
        "2026-05-01",
        True,
    )
    (device,) = stored(cast)
    assert (device.serial, device.installed_on) == ("P-1", date(2026, 5, 1))
    assert caller(cast.elena).get(f"/devices/{device.pk}").json() == made
    with acting(cast.ruth):
        assert AuditEntry.objects.filter(action="device.created").count() == 1


def test_a_device_is_added_once(cast: Cast) -> None:
    ruth = caller(cast.ruth)
    first, again = [ruth.post("/devices", new(cast), Idempotency_Key="k") for _ in range(2)]
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert_problem(ruth.post("/devices", new(cast, name="Other"), Idempotency_Key="k"), 422)
    assert len(stored(cast)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("site", None),
        ("site", "1"),
        ("site", 999_999),
        ("name", " "),
        ("name", "x" * 121),
        ("name", "a\nb"),
        ("kind", "toaster"),
        ("serial", 5),
        ("serial", None),
        ("extension", "x" * 21),
        ("installed_on", "15.06.2026"),
        ("installed_on", "2026-02-30"),
        ("installed_on", "1989-12-31"),
        ("installed_on", "2026-06-15T00:00:00Z"),
        ("installed_on", 20260615),
        ("installed_by_us", "false"),
        ("customer", 3),
        ("retired_on", "2026-06-15"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_added(cast: Cast, field: str, value: Any) -> None:
    assert_problem(caller(cast.ruth).post("/devices", new(cast, **{field: value})), 400, field)
    assert stored(cast) == []


def test_a_serial_in_service_is_refused(cast: Cast) -> None:
    ruth = caller(cast.ruth)
    body = new(cast, vendor="Patton", serial="P-1")
    assert ruth.post("/devices", body).status_code == 201
    refused = assert_problem(ruth.post("/devices", body | {"vendor": "PATTON"}), 400, "serial")
    assert "Gateway at Market Street has the serial number P-1" in refused["detail"]
    assert len(stored(cast)) == 1


def test_nothing_is_added_at_a_site_out_of_use_or_of_a_rival(cast: Cast) -> None:
    old = build_site(cast.bayview, "Old office")
    with acting(cast.ruth):
        Site.objects.filter(pk=old.pk).update(is_active=False)
    assert_problem(caller(cast.ruth).post("/devices", new(cast, site=old.pk)), 400, "site")
    assert_problem(caller(cast.nils).post("/devices", new(cast)), 400, "site")
    assert stored(cast) == []


def test_only_what_is_sent_changes(cast: Cast) -> None:
    address = f"/devices/{cast.phone_system.pk}"
    priya = caller(cast.priya)
    before = priya.get(address).json()
    answer = priya.post(f"{address}/actions/edit", {"room": "Closet", "serial": ""})
    assert answer.status_code == 200, answer.content
    after = answer.json()
    changed = {name for name, value in after.items() if before[name] != value}
    assert changed <= {"room", "serial", "version"}
    assert after["room"] == "Closet"
    assert priya.get(address).json() == after
    assert priya.get(address)["ETag"] == answer["ETag"] == after["version"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ([], "body"),
        ({"site": 1}, "site"),
        ({"name": ""}, "name"),
        ({"kind": None}, "kind"),
        ({"installed_by_us": 1}, "installed_by_us"),
    ],
)
def test_a_change_that_is_wrong_is_named(cast: Cast, body: Any, field: str) -> None:
    ruth, address = caller(cast.ruth), f"/devices/{cast.phone_system.pk}"
    before = ruth.get(address).json()
    assert_problem(ruth.post(f"{address}/actions/edit", body), 400, field)
    assert ruth.get(address).json() == before


def test_a_stale_caller_changes_nothing(cast: Cast) -> None:
    ruth, address = caller(cast.ruth), f"/devices/{cast.phone_system.pk}"
    seen = ruth.get(address)["ETag"]
    assert ruth.post(f"{address}/actions/edit", {"room": "A"}, If_Match=seen).status_code == 200
    for verb, body in (("edit", {"room": "B"}), ("retire", {"retired_on": "2026-06-15"})):
        stale = assert_problem(ruth.post(f"{address}/actions/{verb}", body, If_Match=seen), 412)
        assert "Main phone system has changed since you read it" in stale["detail"]
    now = ruth.get(address).json()
    assert (now["room"], now["retired_on"]) == ("A", None)


def test_a_device_is_retired_once(cast: Cast) -> None:
    ruth, address = caller(cast.ruth), f"/devices/{cast.phone_system.pk}/actions/retire"
    for day in ("tomorrow", None, "2026-02-30"):
        assert_problem(ruth.post(address, {"retired_on": day}), 400, "retired_on")
    assert_problem(ruth.post(address, {}), 400, "retired_on")
    assert ruth.post(address, {"retired_on": "2026-06-15"}).json()["retired_on"] == "2026-06-15"
    assert_problem(ruth.post(address, {"retired_on": "2026-06-16"}), 409)


def test_who_may_not_manage_devices_writes_none(cast: Cast) -> None:
    device = f"/devices/{cast.phone_system.pk}"
    for person in (cast.elena, cast.amit, cast.dana):
        assert_problem(caller(person).post("/devices", new(cast)), 403)
        assert_problem(caller(person).post(f"{device}/actions/edit", {"room": "x"}), 403)
        assert_problem(
            caller(person).post(f"{device}/actions/retire", {"retired_on": "2026-06-15"}), 403
        )
    reader = caller(cast.ruth, "devices:read")
    assert_problem(reader.post("/devices", new(cast)), 403)
    assert_problem(caller(cast.nils).post(f"{device}/actions/edit", {"room": "x"}), 404)
    assert stored(cast) == []
