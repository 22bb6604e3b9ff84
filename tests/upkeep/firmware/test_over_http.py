"""Phones that fetch their firmware: whom the portal has a way to, and what its driver is told."""

from __future__ import annotations

from typing import Any

import pytest

from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.models import Device
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.changes.world import build_changeable
from tests.upkeep.firmware.world import (
    build_phone,
    build_product,
    build_release,
    planned,
    runs,
    update_of,
)
from upkeep.backups.plan_settings import checked_plan_settings
from upkeep.models import Campaign, FirmwareRelease, Method
from upkeep.updating.ways import refuse_wayless, way_to

pytestmark = pytest.mark.django_db

PHONES: dict[str, Any] = {
    "phones_folder": "/srv/provisioning",
    "phones_url": "http://10.0.0.5/provisioning",
    "phones_file": "{serial}.cfg",
    "phones_key": "static.firmware.url",
}
FILE: dict[str, Any] = {
    "file_url": "https://maker.example/X1-2.0.0.7.rom",
    "file_sha256": "ab" * 32,
}


@pytest.fixture(autouse=True)
def on_a_monday(database_time: DatabaseTime) -> None:
    database_time.set("2026-11-23T11:00-08:00")


@pytest.fixture
def phone(cast: Cast) -> Device:
    return build_phone(cast)


def release_of(cast: Cast, phone: Device, **facts: Any) -> FirmwareRelease:
    product = build_product(cast, phone)
    runs(cast, phone, "2.0.0.1")
    return build_release(cast, product, "2.0.0.7", **facts)


def test_a_phone_is_updated_by_the_phone_system_of_its_site(cast: Cast, phone: Device) -> None:
    build_changeable(cast.phone_system, **PHONES)
    release = release_of(cast, phone, **FILE)
    planned(cast, release, method=Method.HTTP)
    update = update_of(cast, phone)
    assert (update.method, update.former, update.target) == ("http", "2.0.0.1", "2.0.0.7")
    with acting(cast.dana):
        way = refuse_wayless(phone, "http")
    assert way.system.device == cast.phone_system
    names = ("folder", "phone_file", "key", "base_url", "endpoint", "manager_port")
    assert {name: way.settings[name] for name in names} == {
        "folder": "/srv/provisioning",
        "phone_file": "001565AABBCC.cfg",
        "key": "static.firmware.url",
        "base_url": "http://10.0.0.5/provisioning",
        "endpoint": "101",
        "manager_port": 5038,
    }


def test_a_phone_without_a_way_is_for_a_technician(cast: Cast, phone: Device) -> None:
    build_changeable(cast.phone_system)
    planned(cast, release_of(cast, phone, **FILE), method=Method.HTTP)
    assert update_of(cast, phone).method == "hand"
    with acting(cast.dana), pytest.raises(RuleBroken, match="is not updated from here"):
        refuse_wayless(phone, "http")


@pytest.mark.parametrize("odd", [{"extension": ""}, {"kind": "gateway"}])
def test_only_a_phone_with_an_extension_has_one(
    cast: Cast, phone: Device, odd: dict[str, Any]
) -> None:
    build_changeable(cast.phone_system, **PHONES)
    with acting(cast.dana):
        for name, value in odd.items():
            setattr(phone, name, value)
        assert way_to(phone, "http") is None
        # By the package manager only the phone system itself can be updated.
        assert way_to(phone, "apt") is None
        assert way_to(cast.phone_system, "apt") is not None


@pytest.mark.parametrize("odd", [{"file_url": ""}, {"file_sha256": ""}])
def test_a_file_that_the_catalogue_does_not_know_is_not_handed_out(
    cast: Cast, phone: Device, odd: dict[str, Any]
) -> None:
    build_changeable(cast.phone_system, **PHONES)
    release = release_of(cast, phone, **FILE | odd)
    with pytest.raises(BadInput) as refused:
        planned(cast, release, method=Method.HTTP)
    assert refused.value.field == "method"
    with acting(cast.dana):
        assert not Campaign.objects.exists()


def test_an_address_that_names_no_file_is_refused(cast: Cast, phone: Device) -> None:
    product = build_product(cast, phone)
    odd = ("ftp://maker.example/a.rom", "https://maker.example/", "a.rom", "https://x y/z")
    for address in odd:
        with pytest.raises(BadInput) as refused:
            build_release(cast, product, "2.0.0.7", **FILE | {"file_url": address})
        assert refused.value.field == "file_url"
    with acting(cast.dana):
        assert not FirmwareRelease.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phones_folder", "/srv/../etc"),
        ("phones_folder", "/srv/with space"),
        # Nothing is changed that is not backed up.
        ("phones_folder", "/var/www"),
        ("phones_url", ""),
        ("phones_url", "ftp://10.0.0.5/"),
        ("phones_file", "../{serial}.cfg"),
        ("phones_file", "{mac}.cfg"),
        ("phones_key", ""),
        ("phones_key", "a = b"),
    ],
)
def test_what_a_plan_may_not_say_of_phones_is_refused(field: str, value: str) -> None:
    raw = {**PHONES, "paths": "/srv"}
    assert checked_plan_settings("asterisk", raw)["phones_file"] == "{serial}.cfg"
    with pytest.raises(BadInput) as refused:
        checked_plan_settings("asterisk", {**raw, field: value})
    assert refused.value.field == field


def test_a_plan_need_not_speak_of_phones() -> None:
    assert checked_plan_settings("asterisk", {})["phones_folder"] == ""
