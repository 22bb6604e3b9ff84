"""What is said to apt and dpkg, and what is read out of their answers."""

import asyncio
import re
import shlex
from typing import Any

import pytest

from tests.upkeep.shell_wire import machine_that_obeys, reach_to
from upkeep.drivers.apt import AptUpdater
from upkeep.drivers.apt_answers import (
    Change,
    Foreseen,
    Stanza,
    State,
    exact_needs,
    is_version,
    read_foreseen,
    read_stanzas,
    read_states,
)
from upkeep.drivers.apt_commands import (
    Choice,
    checked_package,
    described,
    fetch,
    finish_what_was_begun,
    install,
    refresh,
    simulate,
    wait_for_others,
)
from upkeep.drivers.base import DriverFailed
from upkeep.drivers.commands import Ways
from upkeep.drivers.wanted import Target

PLAIN, SUDO = Ways(), Ways(sudo=True)
PBX = Choice("asterisk", "1:22.5.0~dfsg-1")


@pytest.mark.parametrize(
    "name", ["asterisk", "g++", "libstdc++6", "0ad", "lib32z1", "python3.11", "a-b.c+"]
)
def test_names_of_packages_are_taken(name: str) -> None:
    assert checked_package(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "a", "-y", "--force-yes", "asterisk-", "Asterisk", "asterisk*", "ast?risk"),
        *("asterisk=1", "asterisk/sid", "asterisk:i386", "a b", "a;reboot", "$(reboot)", "a'b"),
        *("./evil.deb", "/srv/evil.deb", "a\n", "asterisk\nb", "asterisk ", "äster", "a" * 101),
        "asterisk\u0660",
    ],
)
def test_what_is_no_name_never_reaches_apt(name: str) -> None:
    with pytest.raises(DriverFailed, match="is no name of a Debian package"):
        Choice(name, "1.0")


@pytest.mark.parametrize(
    "version",
    ["1.0", "1:2.0-1", "22.5.0~dfsg+~cs6.13.40431414-1", "2024a", "7", "1.0+deb12u1", "0~0"],
)
def test_versions_are_taken(version: str) -> None:
    assert Choice("asterisk", version).version == version


@pytest.mark.parametrize(
    "version",
    [
        # To apt, a minus at the end is an order to remove the package.
        *("1.0-", "1.0+", "", "-1", "v1.0", "1:", "a:1", "1:2:3", "1.0 -y", "1.0;reboot", "$(x)"),
        *("1.0\n", "1.0 other-", "*", "1.0*", "1_0", "1" * 120, "12345:1", "1\u0660"),
    ],
)
def test_what_is_no_version_never_reaches_apt(version: str) -> None:
    with pytest.raises(DriverFailed, match="is no version of a Debian package"):
        Choice("asterisk", version)


def test_an_installation_removes_nothing_asks_nothing_and_keeps_what_was_configured() -> None:
    words = _words_within(install([PBX, Choice("asterisk-config", "1:22")], PLAIN).text)
    assert words[words.index("--") :] == ["--", str(PBX), "asterisk-config=1:22"]
    assert words[:4] == [
        "LC_ALL=C",
        "DEBIAN_FRONTEND=noninteractive",
        "APT_LISTCHANGES_FRONTEND=none",
        "NEEDRESTART_MODE=l",
    ]
    for option in (
        *("--no-remove", "--no-install-recommends", "DPkg::Lock::Timeout=240"),
        *("Dpkg::Options::=--force-confold", "APT::Get::AllowUnauthenticated=false"),
    ):
        assert option in words
    assert "--allow-downgrades" not in words


def test_only_the_way_back_goes_to_older_versions() -> None:
    assert "--allow-downgrades" in _words_within(install([PBX], PLAIN, is_back=True).text)
    assert "--allow-downgrades" not in simulate([PBX]).text
    assert "--download-only" in _words_within(fetch([PBX], PLAIN).text)


def test_sudo_runs_what_changes_something_and_nothing_else() -> None:
    for line in (install([PBX], SUDO), fetch([PBX], SUDO), finish_what_was_begun(SUDO)):
        assert line.text.startswith("sudo -n -- sh -c ")
    for line in (refresh(SUDO), wait_for_others(SUDO)):
        assert line.text.startswith("sudo -n -- env LC_ALL=C ")
    assert "sudo" not in simulate([PBX]).text + described([PBX]).text


def test_states_are_read() -> None:
    said = "asterisk\tii \t1:22\nbroken\tiF \t3\nheld\thi \t1\nodd\tiHR\t1\ngone\trc \t1\n\nx\ty\n"
    found = read_states(said)
    assert found["asterisk"] == State("1:22", "ii ")
    table = {
        name: (one.is_well, one.is_there, one.is_on_hold, one.is_unfinished)
        for name, one in found.items()
    }
    assert table == {
        "asterisk": (True, True, False, False),
        "broken": (False, True, False, True),
        "held": (True, True, True, False),
        "odd": (False, True, False, True),
        "gone": (False, False, False, False),
    }


def test_what_an_installation_would_do_is_read() -> None:
    said = (
        "NOTE: This is only a simulation!\n"
        "Inst asterisk [1:20] (1:22 Lab:12/stable [amd64]) []\n"
        "Inst libnew:i386 (2.0 Lab [i386])\n"
        "Conf asterisk (1:22 Lab:12/stable [amd64])\n"
        "Remv dahdi [3.1]\n"
    )
    assert read_foreseen(said) == Foreseen(
        (Change("asterisk", "1:20", "1:22"), Change("libnew:i386", "", "2.0")), ("dahdi",)
    )


STANZAS = """Package: asterisk
Version: 1:22
Installed-Size: 10
Pre-Depends: init-system-helpers (>= 1.54~)
Depends: asterisk-modules (= 1:22), asterisk-config (= 1:22) | asterisk-config-custom, libc6 (>= 2)
Filename: pool/a.deb
Size: 2000
SHA256: ABcd
Description: a phone system
 Package: not this one

Package: asterisk
Version: 1:20
Status: install ok installed
"""


def test_what_the_sources_say_is_read() -> None:
    depends = (
        "init-system-helpers (>= 1.54~), asterisk-modules (= 1:22),"
        " asterisk-config (= 1:22) | asterisk-config-custom, libc6 (>= 2)"
    )
    assert read_stanzas(STANZAS) == [
        Stanza("asterisk", "1:22", "abcd", 2000, 10240, depends),
        # Only the machine itself knows this one: it cannot be had any more.
        Stanza("asterisk", "1:20"),
    ]


@pytest.mark.parametrize(
    ("depends", "there", "needs"),
    [
        ("a-modules (= 2)", [], [("a-modules", "2")]),
        ("a-modules:any (= 2)", [], [("a-modules", "2")]),
        ("a-modules (>= 2), libc6", [], []),
        ("a-config (= 2) | a-custom", ["a-config"], [("a-config", "2")]),
        ("a-config (= 2) | a-custom", ["a-custom"], []),
        ("", [], []),
    ],
)
def test_what_goes_with_exactly_this_version_is_found(
    depends: str, there: list[str], needs: list[tuple[str, str]]
) -> None:
    assert list(exact_needs(Stanza("asterisk", "2", depends=depends), there)) == needs


@pytest.mark.parametrize(
    ("wanted", "packed", "is_it"),
    [
        ("22.5.0", "1:22.5.0~dfsg+~cs6.13.40431414-1", True),
        ("22.5.0", "22.5.0-2.sng12", True),
        ("22.5.0", "22.5.0", True),
        ("1:22.5.0-1", "1:22.5.0-1", True),
        ("1.2-3", "1.2-3-4", True),
        ("1.0", "1.0+deb12u1", True),
        ("22.5.0", "1:22.5.0-rc1-1", False),
        ("22.5", "1:22.5.0-1", False),
        ("22.5.0", "1:22.5.0~rc1-1", False),
        ("1:22.5.0-1", "2:22.5.0-1", False),
        ("", "1.0", False),
    ],
)
def test_the_makers_own_version_is_known_in_that_of_a_package(
    wanted: str, packed: str, is_it: bool
) -> None:
    assert is_version(wanted, packed) is is_it


DPKG = "printf 'asterisk\\t%s\\t1:20\\n' '{letters}'"
APT_CACHE = (
    'for one; do case "$one" in asterisk*) printf '
    "'Package: asterisk\\nVersion: %s\\nFilename: a.deb\\nSize: {size}\\nSHA256: {sha}\\n\\n'"
    ' "$(test "$one" = asterisk && echo 1:22 || echo "${{one#asterisk=}}")";; esac; done'
)
APT_GET = "echo 'Inst asterisk [1:20] (1:22 Lab [all])'"


def prepared(
    *, letters: str = "ii ", size: str = "1000", sha: str = "ab" * 32, **target: Any
) -> list[tuple[str, bool]]:
    programs = {
        "dpkg-query": DPKG.format(letters=letters),
        "apt-cache": APT_CACHE.format(size=size, sha=sha),
        "apt-get": APT_GET,
    }

    async def run() -> list[tuple[str, bool]]:
        async with machine_that_obeys(programs) as machine:
            wanted = Target("1:22", "asterisk", **target)
            findings = await AptUpdater().prepare(reach_to(machine.target), {}, wanted)
            assert not [line for line in machine.ran if "setsid" in line]
        return [(finding.code, finding.is_bad) for finding in findings]

    return asyncio.run(run())


def test_a_machine_that_is_ready_tells_nothing() -> None:
    assert prepared() == []
    assert prepared(sha256="AB" * 32) == []


@pytest.mark.parametrize(
    ("odd", "findings"),
    [
        ({"letters": "un "}, [("not_installed", True)]),
        ({"letters": "hi "}, [("not_possible", True)]),
        ({"letters": "iF "}, [("unfinished", False)]),
        ({"size": "9" * 14}, [("little_space", True)]),
        ({"sha256": "cd" * 32}, [("not_possible", True)]),
    ],
)
def test_what_speaks_against_an_update_is_told(
    odd: dict[str, Any], findings: list[tuple[str, bool]]
) -> None:
    assert prepared(**odd) == findings


@pytest.mark.parametrize("package", ["asterisk-", "--help", "a b"])
def test_a_hostile_name_is_refused_before_anything_is_run(package: str) -> None:
    async def run() -> list[str]:
        async with machine_that_obeys() as machine:
            with pytest.raises(DriverFailed, match="no name of a Debian package"):
                await AptUpdater().update(reach_to(machine.target), {}, Target("1.0", package))
            return machine.ran

    assert asyncio.run(run()) == []


def _words_within(text: str) -> list[str]:
    """Return the words of the command that is run in a session of its own."""
    outer = shlex.split(text)
    assert re.fullmatch(r"setsid sh -c .*", outer[2])
    return shlex.split(outer[4])
