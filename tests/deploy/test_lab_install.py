"""What brings the lab's servers, run with stand-ins of Debian's tools that only keep a diary."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALL = ROOT / "tests" / "lab" / "install.sh"
WITHOUT_ASTERISK = "Asterisk cannot be had here: the lab's tests that need it are left out."

INSTALLED = "echo installed"
LAYS_DOWN = 'for tree; do :; done; mkdir -p "$tree/usr/bin" "$tree/usr/sbin"\n' + "\n".join(
    f'printf "" >"$tree/{file}"; chmod +x "$tree/{file}"'
    for file in ("usr/bin/apt-get", "usr/sbin/asterisk")
)


class Machine:
    """A folder of stand-ins, the diary that they write, and where the trees are laid."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.diary = folder / "diary"
        self.tool("id", "echo 0", quiet=True)
        self.tool("timeout", 'shift; exec "$@"', quiet=True)
        self.tool("dpkg-query", INSTALLED, quiet=True)
        self.tool("apt-get", "")
        self.tool("mmdebstrap", LAYS_DOWN)

    def tool(self, name: str, body: str, *, quiet: bool = False) -> None:
        noted = "" if quiet else f'echo "{name} $1" >>"{self.diary}"\n'
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{noted}{body}\n")
        file.chmod(0o755)

    def install(self) -> subprocess.CompletedProcess[str]:
        self.diary.write_text("")
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "LAB_DEBIAN": str(self.folder / "trees" / "debian"),
            "LAB_ASTERISK": str(self.folder / "trees" / "asterisk"),
        }
        return subprocess.run(
            ["sh", str(INSTALL)], capture_output=True, text=True, check=False, env=environment
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_second_time_installs_nothing_and_says_nothing(machine: Machine) -> None:
    assert machine.install().returncode == 0
    assert machine.diary.read_text() == "mmdebstrap --quiet\n" * 2
    again = machine.install()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert machine.diary.read_text() == ""


def test_packages_that_are_missing_are_named_and_installed(machine: Machine) -> None:
    there = machine.folder / "there"
    machine.tool("dpkg-query", f'[ "$4" != snmpd ] || [ -e "{there}" ] && {INSTALLED}', quiet=True)
    machine.tool("apt-get", f'[ "$1" = update ] || touch "{there}"')
    done = machine.install()
    assert done.returncode == 0
    assert done.stdout == "Installing the servers of the lab: snmpd\n"
    assert machine.diary.read_text().startswith("apt-get update\napt-get install\n")


def test_packages_that_cannot_be_had_are_named_and_nothing_else_is_tried(machine: Machine) -> None:
    machine.tool("dpkg-query", f'[ "$4" = kamailio ] || {INSTALLED}', quiet=True)
    machine.tool("apt-get", "exit 100")
    done = machine.install()
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == [
        "The servers of the lab cannot be had here; missing: kamailio"
    ]
    assert "mmdebstrap" not in machine.diary.read_text()


def test_an_asterisk_that_cannot_be_had_is_said_each_time_and_tried_once(machine: Machine) -> None:
    refuses = 'case "$*" in *--include=asterisk*) exit 1;; esac'
    machine.tool("mmdebstrap", f"{refuses}\n{LAYS_DOWN}")
    first = machine.install()
    assert (first.returncode, first.stdout) == (0, f"{WITHOUT_ASTERISK}\n")
    assert machine.diary.read_text() == "mmdebstrap --quiet\n" * 3
    second = machine.install()
    assert (second.returncode, second.stdout) == (0, f"{WITHOUT_ASTERISK}\n")
    assert machine.diary.read_text() == ""


def test_the_lab_target_installs_its_servers_before_it_asks_them() -> None:
    planned = subprocess.run(
        ["make", "-n", "test-lab"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert planned.index("tests/lab/install.sh") < planned.index("-m lab tests/lab")
