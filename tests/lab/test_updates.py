"""Updating packages of a real Debian over real SSH, with real apt and dpkg: there and back."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lab.debian import (
    BROKEN,
    FIRST,
    GOOD,
    GREEDY,
    MODULES,
    NAME,
    SETTINGS,
    SLOW,
    TOOL,
    Debian,
    debian,
    is_debian_there,
)
from tests.lab.servers import until
from upkeep.drivers.apt import AptUpdater
from upkeep.drivers.base import DriverFailed, Finding
from upkeep.drivers.wanted import Target

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_debian_there(), reason="No Debian to update, or no right to."),
]
UPDATER = AptUpdater(settles=timedelta(seconds=3))
RAN = {f"service:{NAME}": "active", "table:asterisk.users": "12"}


@pytest.fixture
def machine(folder: Path) -> Iterator[Debian]:
    with debian(folder) as running:
        yield running


def all_at(version: str) -> dict[str, str]:
    return {NAME: f"ii  {version}", MODULES: f"ii  {version}", TOOL: f"ii  {FIRST}"}


def version(machine: Debian) -> str:
    return asyncio.run(UPDATER.version(machine.reach, SETTINGS))


def prepare(machine: Debian, target: Target) -> list[Finding]:
    return asyncio.run(UPDATER.prepare(machine.reach, SETTINGS, target))


def update(machine: Debian, target: Target) -> None:
    asyncio.run(UPDATER.update(machine.reach, SETTINGS, target))


def roll_back(machine: Debian, former: Target) -> None:
    asyncio.run(UPDATER.roll_back(machine.reach, SETTINGS, former))


def verify(machine: Debian, target: Target) -> list[Finding]:
    return asyncio.run(UPDATER.verify(machine.reach, SETTINGS, target, RAN))


def test_an_update_brings_the_package_and_all_that_go_with_it(machine: Debian) -> None:
    assert (version(machine), machine.answers()) == (FIRST, FIRST)
    target = machine.target(GOOD)
    assert prepare(machine, target) == []
    assert machine.states() == all_at(FIRST)
    update(machine, target)
    assert machine.states() == all_at(GOOD)
    assert verify(machine, target) == []
    assert (version(machine), machine.answers()) == (GOOD, GOOD)
    # Twice is as good as once.
    update(machine, target)
    assert machine.states() == all_at(GOOD)


def test_the_makers_own_version_is_found_among_the_packages(machine: Debian) -> None:
    target = Target("2.0", NAME)
    update(machine, target)
    assert machine.states() == all_at(GOOD)
    assert verify(machine, target) == []
    roll_back(machine, Target(FIRST))
    assert machine.states() == all_at(FIRST)


def test_a_version_that_fails_gives_way_to_the_former_one(machine: Debian) -> None:
    target = machine.target(BROKEN)
    assert prepare(machine, target) == []
    with pytest.raises(DriverFailed, match=r"post-installation script .* exit status 3"):
        update(machine, target)
    assert machine.answers() == ""
    with pytest.raises(DriverFailed, match=r"labpbx 1:3\.0-1 is not installed to its end"):
        version(machine)
    codes = [finding.code for finding in verify(machine, target)]
    assert codes == ["unfinished", "service_down"]
    for _ in range(2):
        roll_back(machine, Target(FIRST, NAME))
        assert machine.states() == all_at(FIRST)
    assert verify(machine, Target(FIRST, NAME)) == []
    assert machine.answers() == FIRST


def test_an_update_that_went_well_can_be_taken_back(machine: Debian) -> None:
    update(machine, machine.target(GOOD))
    roll_back(machine, Target(FIRST, NAME))
    assert machine.states() == all_at(FIRST)
    assert machine.answers() == FIRST


def test_another_file_than_that_of_the_catalogue_stops_before_anything_is_done(
    machine: Debian,
) -> None:
    target = machine.target(GOOD, sha256="ab" * 32)
    (finding,) = prepare(machine, target)
    assert finding.is_bad
    assert "not the one of the catalogue: its SHA-256 is another" in finding.words
    with pytest.raises(DriverFailed, match="its SHA-256 is another"):
        update(machine, target)
    assert machine.states() == all_at(FIRST)
    assert machine.answers() == FIRST


def test_a_file_that_was_changed_at_the_source_is_not_installed(machine: Debian) -> None:
    target = machine.target(GOOD)
    machine.run("apt-get", "-q", "update")
    for file in machine.source.glob("labpbx_1.2.0-1_all.deb"):
        kept = file.read_bytes()
        file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    with pytest.raises(DriverFailed, match=r"Fetching labpbx 1:2\.0-1 failed"):
        update(machine, target)
    assert machine.states() == all_at(FIRST)
    assert machine.answers() == FIRST


def test_an_update_that_would_remove_another_package_is_refused(machine: Debian) -> None:
    target = machine.target(GREEDY)
    words = "Installing labpbx=1:4.0~rc1 would remove labtool."
    assert prepare(machine, target) == [Finding("not_possible", words, is_bad=True)]
    with pytest.raises(DriverFailed, match="would remove labtool"):
        update(machine, target)
    assert machine.states() == all_at(FIRST)


def test_a_package_on_hold_stays(machine: Debian) -> None:
    machine.run("apt-mark", "hold", NAME)
    (finding,) = prepare(machine, machine.target(GOOD))
    assert finding.words == "labpbx is on hold: somebody wanted it to stay as it is."
    with pytest.raises(DriverFailed, match="is on hold"):
        update(machine, machine.target(GOOD))
    assert version(machine) == FIRST


def test_without_a_way_back_nothing_is_begun(machine: Debian) -> None:
    for file in machine.source.glob("*_1.0_all.deb"):
        file.unlink()
    machine.index()
    (finding,) = prepare(machine, machine.target(GOOD))
    assert finding.is_bad
    assert finding.words == (
        "There would be no way back. No source of the machine offers labpbx 1.0."
    )


def test_the_line_may_break_in_the_middle(machine: Debian) -> None:
    target = machine.target(SLOW)
    with pytest.raises(DriverFailed):
        asyncio.run(_cut(machine, target, machine.cut_the_line))
    # The machine goes on by itself, and whoever comes again waits for it.
    with pytest.raises(DriverFailed, match="is not installed to its end"):
        version(machine)
    (machine.root / "run/go").touch()
    update(machine, target)
    assert machine.states() == all_at(SLOW)
    assert verify(machine, target) == []
    assert machine.answers() == SLOW


def test_the_way_back_waits_for_a_run_that_goes_on_by_itself(machine: Debian) -> None:
    with pytest.raises(DriverFailed):
        asyncio.run(_cut(machine, machine.target(SLOW), machine.cut_the_line))
    later = threading.Timer(2, (machine.root / "run/go").touch)
    later.start()
    roll_back(machine, Target(FIRST, NAME))
    later.join()
    assert machine.states() == all_at(FIRST)
    assert machine.answers() == FIRST


@pytest.mark.parametrize("goes_on", [True, False])
def test_the_power_may_fail_in_the_middle(machine: Debian, goes_on: bool) -> None:
    target = machine.target(SLOW)
    with pytest.raises(DriverFailed):
        asyncio.run(_cut(machine, target, machine.lose_power))
    with pytest.raises(DriverFailed, match="is not installed to its end"):
        version(machine)
    if goes_on:
        (machine.root / "run/go").touch()
        update(machine, target)
    else:
        roll_back(machine, Target(FIRST, NAME))
    is_now = SLOW if goes_on else FIRST
    assert machine.states() == all_at(is_now)
    assert machine.answers() == is_now


async def _cut(machine: Debian, target: Target, cut: object) -> None:
    assert callable(cut)
    begun = machine.root / "run/begun"
    task = asyncio.create_task(UPDATER.update(machine.reach, SETTINGS, target))
    await asyncio.to_thread(until, begun.exists)
    await asyncio.to_thread(cut)
    await task
