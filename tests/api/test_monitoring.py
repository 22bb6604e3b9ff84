"""How equipment stands, over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.tenancy import provider_scope
from contracts.models import Device
from tests.api.caller import caller
from tests.builders import build_device
from tests.cast import Cast
from tests.monitoring.watched import break_down, tell_day, watch
from tests.stage import DatabaseTime

NOON = "2026-06-15T12:00:00+00:00"


@pytest.fixture(autouse=True)
def noon(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(NOON)


def test_staff_and_the_customer_read_how_devices_stand(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    build_device(cast.market_street, "Nobody watches this")
    for viewer in (cast.dana, cast.elena):
        (found,) = caller(viewer).get("/monitoring/devices").json()["items"]
        assert found == {
            "device": {"id": cast.phone_system.pk, "name": "Main phone system"},
            "site": {"id": cast.market_street.pk, "name": "Market Street"},
            "customer": {"id": cast.bayview.pk, "name": "Bayview Dental Group"},
            "kind": "pbx",
            "state": "down",
            "asked_at": "2026-06-15T12:00:00.000000Z",
        }
    for stranger in (cast.sam, cast.nora, cast.kim):
        assert caller(stranger).get("/monitoring/devices").json()["items"] == []


def test_devices_are_narrowed_to_a_customer_or_a_site(cast: Cast) -> None:
    watch(cast.phone_system)
    dana = caller(cast.dana)
    for query, count in (
        (f"customer={cast.bayview.pk}", 1),
        (f"customer={cast.sutter.pk}", 0),
        (f"site={cast.market_street.pk}", 1),
    ):
        assert len(dana.get(f"/monitoring/devices?{query}").json()["items"]) == count
    assert dana.get("/monitoring/devices?customer=x").status_code == 400


def test_a_device_comes_with_its_last_thirty_days(cast: Cast, database_time: DatabaseTime) -> None:
    check = watch(cast.phone_system)
    yesterday = database_time.set(NOON).replace(hour=0) - timedelta(days=1)
    tell_day(check, yesterday, up_seconds=85_860, down_seconds=540)
    found = caller(cast.elena).get(f"/monitoring/devices/{cast.phone_system.pk}").json()
    assert (found["state"], found["percent_30_days"]) == ("up", "99.37")
    assert len(found["days"]) == 30
    assert found["days"][-2] == {
        "day": "2026-06-14",
        "up_seconds": 85860,
        "down_seconds": 540,
        "unknown_seconds": 0,
        "planned_seconds": 0,
        "percent": "99.37",
    }
    assert found["days"][-1]["percent"] is None


def test_a_device_that_nobody_watches_or_that_is_retired_is_missing(cast: Cast) -> None:
    path = f"/monitoring/devices/{cast.phone_system.pk}"
    assert caller(cast.dana).get(path).status_code == 404
    watch(cast.phone_system)
    assert caller(cast.dana).get(path).status_code == 200
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        Device.objects.filter(pk=cast.phone_system.pk).update(retired_on=scope.now.date())
    assert caller(cast.dana).get(path).status_code == 404


def test_how_equipment_is_asked_is_the_staffs(cast: Cast) -> None:
    check = watch(cast.phone_system, last_facts={"sip.status": 200})
    (found,) = caller(cast.dana).get("/checks").json()["items"]
    assert (found["id"], found["facts"], found["is_paused"]) == (
        check.pk,
        {"sip.status": 200},
        False,
    )
    assert "settings" not in found
    one = caller(cast.dana).get(f"/checks/{check.pk}").json()
    assert (one["name"], len(one["days"])) == ("SIP answers", 30)
    for path in ("/checks", f"/checks/{check.pk}", "/heartbeats"):
        assert caller(cast.amit).get(path).status_code == 403


def test_checks_are_narrowed_by_state_and_device(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    phone = build_device(cast.market_street, "Reception phone")
    watch(phone)
    dana = caller(cast.dana)
    names = [one["device"]["name"] for one in dana.get("/checks?state=down").json()["items"]]
    assert names == ["Main phone system"]
    names = [
        one["device"]["name"] for one in dana.get(f"/checks?device={phone.pk}").json()["items"]
    ]
    assert names == ["Reception phone"]
    assert dana.get("/checks?state=dead").status_code == 400


def test_outages_come_newest_first_and_page_by_page(cast: Cast) -> None:
    for number in range(3):
        phone = build_device(cast.market_street, f"Phone {number}")
        break_down(watch(phone, state="down"), ago=timedelta(hours=3 - number))
    dana = caller(cast.dana)
    first = dana.get("/incidents?limit=2").json()
    assert [one["device"]["name"] for one in first["items"]] == ["Phone 2", "Phone 1"]
    rest = dana.get(
        "/incidents?limit=2&" + first["next"].partition("?")[2].partition("&")[2]
    ).json()
    assert [one["device"]["name"] for one in rest["items"]] == ["Phone 0"]
    assert rest["next"] is None


def test_an_outage_names_its_instants_its_ticket_and_what_it_hangs_on(cast: Cast) -> None:
    root = break_down(watch(cast.phone_system, state="down"), is_covered=False)
    child = break_down(
        watch(build_device(cast.market_street, "Phone"), state="unreachable"), parent=root
    )
    found = caller(cast.elena).get(f"/incidents/{root.pk}").json()
    assert (found["opened_at"], found["closed_at"]) == ("2026-06-15T11:00:00.000000Z", None)
    assert (found["ticket"], found["parent"], found["is_covered"]) == (None, None, False)
    assert caller(cast.elena).get(f"/incidents/{child.pk}").json()["parent"] == root.pk
    open_ones = caller(cast.elena).get("/incidents?is_open=true").json()["items"]
    assert len(open_ones) == 2
    assert caller(cast.elena).get("/incidents?is_open=false").json()["items"] == []


def test_heartbeats_say_when_silence_becomes_an_outage(cast: Cast) -> None:
    watch(cast.phone_system)
    watch(
        build_device(cast.market_street, "Recorder"),
        "Nightly export",
        kind="heartbeat",
        silent_from="2026-06-16T09:05:00Z",
    )
    (found,) = caller(cast.dana).get("/heartbeats").json()["items"]
    assert (found["name"], found["silent_from"]) == (
        "Nightly export",
        "2026-06-16T09:05:00.000000Z",
    )


@pytest.mark.parametrize("path", ["/monitoring/devices", "/checks", "/incidents"])
def test_a_list_costs_as_much_for_many_as_for_one(cast: Cast, path: str) -> None:
    break_down(watch(cast.phone_system, state="down"))
    dana = caller(cast.dana)
    dana.get(path)
    with CaptureQueriesContext(connection) as one:
        dana.get(path)
    for number in range(6):
        break_down(watch(build_device(cast.market_street, f"Phone {number}"), state="down"))
    with CaptureQueriesContext(connection) as many:
        assert len(dana.get(path).json()["items"]) == 7
    assert len(many) == len(one)
