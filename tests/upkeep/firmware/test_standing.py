"""How a device stands beside the catalogue and the advisories."""

from __future__ import annotations

from datetime import date

import pytest

from upkeep.firmware.standing import Affected, Release, Standing, Status, newest_good, stand

TODAY = date(2026, 11, 23)
HOLE = Affected("Calls can be listened to", since="22.0.0", fixed_in="22.10.2")
RELEASES = (
    Release("22.9.0", Status.APPROVED, ends_on=date(2026, 6, 30)),
    Release("22.10.1", Status.APPROVED),
    Release("22.10.2", Status.SECURITY),
    Release("22.11.0", Status.BLOCKED),
    Release("23.0.0", Status.SEEN),
)


def test_the_newest_release_that_may_be_installed_is_neither_blocked_nor_unjudged() -> None:
    assert newest_good("Digium", RELEASES) == "22.10.2"
    assert newest_good("Digium", RELEASES[3:]) == ""


@pytest.mark.parametrize(
    ("version", "standing", "why", "target"),
    [
        ("22.10.1", Standing.AFFECTED, "Calls can be listened to.", "22.10.2"),
        ("22.10.2", Standing.CURRENT, "No newer release is approved.", ""),
        ("22.11.0", Standing.BLOCKED, "22.11.0 is not to be used.", ""),
        ("22.9.0", Standing.AFFECTED, "Calls can be listened to.", "22.10.2"),
        ("20.1.0", Standing.AFFECTED, "22.10.2 closes a security hole.", "22.10.2"),
        ("", Standing.UNKNOWN, "Nothing has told its version yet.", "22.10.2"),
    ],
)
def test_a_device_stands_by_its_worst_trouble(
    version: str, standing: Standing, why: str, target: str
) -> None:
    said = stand("Digium", version, RELEASES, [HOLE], TODAY)
    assert (said.standing, said.why, said.target) == (standing, why, target)


def test_what_the_maker_no_longer_looks_after_is_said_before_an_update() -> None:
    plain = (*RELEASES[:2],)
    assert stand("", "22.9.0", plain, (), TODAY).standing is Standing.ENDED
    assert stand("", "22.9.0", plain, (), date(2026, 6, 30)).standing is Standing.BEHIND
    assert stand("", "22.9.0", plain, (), TODAY).target == "22.10.1"


def test_without_a_catalogue_nobody_says_that_all_is_well() -> None:
    assert stand("", "1.0", (), (), TODAY).standing is Standing.UNKNOWN


def test_trains_that_cannot_be_compared_are_not_up_to_date() -> None:
    releases = (Release("YA.16.11.0012", Status.APPROVED),)
    assert stand("Aruba", "KB.16.10.0001", releases, (), TODAY).standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    ("version", "concerned"),
    [("21.9", False), ("22.0.0", True), ("22.10.1", True), ("22.10.2", False), ("", None),
     ("unknown", None)],
)  # fmt: skip
def test_an_advisory_concerns_the_versions_from_its_first_to_before_its_fix(
    version: str, concerned: bool | None
) -> None:
    assert HOLE.concerns("Digium", version) is concerned


def test_an_advisory_without_a_fix_concerns_everything() -> None:
    assert Affected("No remedy yet").concerns("Digium", "99.0") is True
