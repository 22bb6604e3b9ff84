"""Phones that fetch their firmware: real Asterisk, sshd, curl and HTTP; the phone is a program."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.lab.desk_phone import KEY
from tests.lab.machines import Door
from tests.lab.offices import BAD, NEW, OLD, OWN, Office, an_office
from tests.lab.pbx import NARROW, is_asterisk_there
from tests.lab.servers import missing, until
from upkeep.drivers.base import DriverFailed, Finding
from upkeep.drivers.provisioning import HttpUpdater
from upkeep.drivers.wanted import Target

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_asterisk_there(), reason="Asterisk could not be had here"),
    pytest.mark.skipif(bool(missing("curl")), reason="curl is not installed here"),
]
UPDATER = HttpUpdater(patience=timedelta(seconds=5), look_every=timedelta(seconds=0.3))


@pytest.fixture
def office(folder: Path, door: Door) -> Iterator[Office]:
    with an_office(folder, door) as built:
        until(lambda: is_signed_in(built))
        yield built


def is_signed_in(office: Office) -> bool:
    try:
        return version(office) == OLD
    except DriverFailed:
        return False


def version(office: Office) -> str:
    return asyncio.run(UPDATER.version(office.reach, office.settings))


def prepare(office: Office, target: Target, **more: Any) -> list[Finding]:
    return asyncio.run(UPDATER.prepare(office.reach, {**office.settings, **more}, target))


def update(office: Office, target: Target) -> None:
    asyncio.run(UPDATER.update(office.reach, office.settings, target))


def roll_back(office: Office, version: str) -> None:
    asyncio.run(UPDATER.roll_back(office.reach, office.settings, Target(version)))


def verify(office: Office, target: Target) -> list[Finding]:
    return asyncio.run(UPDATER.verify(office.reach, office.settings, target, {}))


def test_a_phone_takes_a_firmware_and_goes_back(office: Office) -> None:
    target = office.release(NEW)
    assert prepare(office, target) == []
    assert (office.own_file, office.published()) == (OWN, [])
    update(office, target)
    assert (version(office), verify(office, target)) == (NEW, [])
    name = f"{target.sha256[:12]}-X1-{NEW}.rom"
    assert office.published() == [name]
    assert office.own_file == f"{OWN}{KEY} = {office.settings['base_url']}/{name}\n"
    # Twice is as good as once, and leaves the phone alone.
    looked = office.phone.looked
    update(office, target)
    assert office.phone.looked == looked
    second = office.release("1.4.0.0")
    update(office, second)
    assert version(office) == "1.4.0.0"
    for _ in range(2):
        roll_back(office, NEW)
        assert version(office) == NEW
    assert office.own_file == f"{OWN}{KEY} = {office.settings['base_url']}/{name}\n"


def test_a_firmware_that_the_phone_refuses_gives_way_to_the_former_one(office: Office) -> None:
    target = office.release(BAD, "BAD image")
    with pytest.raises(DriverFailed, match=r"The phone of 101 does not run 1\.3\.0\.0"):
        update(office, target)
    assert [one.code for one in verify(office, target)] == ["other_version"]
    roll_back(office, OLD)
    assert office.own_file == OWN
    assert verify(office, Target(OLD)) == []


def test_a_file_with_another_hash_is_not_published(office: Office) -> None:
    target = replace(office.release(NEW), sha256="ab" * 32)
    with pytest.raises(DriverFailed, match="its SHA-256 is not that of the catalogue"):
        update(office, target)
    assert (office.own_file, office.published()) == (OWN, [])
    assert (version(office), office.phone.looked) == (OLD, 0)
    # Whoever goes back from there finds everything as it was.
    roll_back(office, OLD)
    assert (office.own_file, version(office)) == (OWN, OLD)


def test_a_file_that_is_not_at_the_makers_site_changes_nothing(office: Office) -> None:
    target = replace(office.release(NEW), url=f"{office.maker_url}/gone.rom")
    with pytest.raises(DriverFailed, match="Fetching the firmware failed"):
        update(office, target)
    assert (office.own_file, office.published()) == (OWN, [])


def test_what_speaks_against_it_is_told_before(office: Office) -> None:
    target = office.release(NEW)
    narrow = replace(office, reach=replace(office.reach, manager=NARROW))
    table = [
        (office, target, {"endpoint": "102"}, "No phone is signed in as 102."),
        (office, target, {"endpoint": "101\r\nAction: x"}, "is no such thing: write 101."),
        (office, target, {"folder": "/srv/../etc"}, "write /srv/provisioning."),
        (office, target, {"phone_file": "other.cfg"}, "other.cfg is not there"),
        (office, replace(target, sha256=""), {}, "has no SHA-256"),
        (office, replace(target, url="file:///etc/passwd"), {}, "has no address"),
        (narrow, target, {}, "The manager login may not list who is signed in."),
    ]
    for place, wanted, odd, words in table:
        (finding,) = prepare(place, wanted, **odd)
        assert finding.is_bad
        assert words in finding.words
    assert (office.own_file, office.published()) == (OWN, [])
