"""How the output of the catalogue's commands is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.probes.facts import Value, fact_of
from monitoring.probes.ssh_catalogue import CATALOGUE, Said, Topic

DISKS = """\
Filesystem     Type     1024-blocks     Used Available Capacity Mounted on
/dev/vda1      ext4        41102596 30207412   8775804      78% /
tmpfs          tmpfs        4039960        0   4039960       0% /dev/shm
/dev/vdb1      xfs        104805376 99565107   5240269      95% /var/spool/asterisk monitor
none           proc               0        0         0       -  /proc
"""
MEMORY = """\
MemTotal:        8079924 kB
MemFree:          301232 kB
MemAvailable:    2019981 kB
HugePages_Total:       0
SwapTotal:       2097148 kB
SwapFree:        1572861 kB
"""
VERSIONS = """\
6.1.0-40-amd64
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
Asterisk 22.10.1~dfsg
"""

READ: list[tuple[Topic, str, dict[str, Value]]] = [
    (
        Topic.DISK,
        DISKS,
        {
            "disk.used_percent:/": 77.5,
            "disk.free_mb:/": 8570,
            "disk.used_percent:/var/spool/asterisk monitor": 95.0,
            "disk.free_mb:/var/spool/asterisk monitor": 5117,
        },
    ),
    (
        Topic.INODES,
        "/dev/vda1 ext4 2621440 524288 2097152 20% /\n",
        {"disk.inodes_percent:/": 20.0},
    ),
    (Topic.UPTIME, "2678400.11 900.5\n", {"uptime.seconds": 2678400}),
    (
        Topic.LOAD,
        "0.52 1.40 3.00 2/201 4711\n4\n",
        {"load.1m": 0.52, "load.5m": 1.4, "load.15m": 3.0, "cpu.cores": 4, "load.per_core": 0.75},
    ),
    (Topic.MEMORY, MEMORY, {"memory.used_percent": 75.0, "swap.used_percent": 25.0}),
    (
        Topic.VERSION,
        VERSIONS,
        {
            "kernel.version": "6.1.0-40-amd64",
            "system.description": "Debian GNU/Linux 12 (bookworm)",
            "version": "Asterisk 22.10.1~dfsg",
        },
    ),
    (Topic.LOG, "17\n", {"log.errors_day": 17}),
    (Topic.LOGINS, "2204\n", {"logins.refused_day": 2204}),
    (Topic.BOOTS, "3\n", {"boots.month": 3}),
    (Topic.UPDATES, "12\n1\n", {"updates.waiting": 12, "updates.reboot_wanted": 1}),
    (Topic.UPDATES, "0\n", {"updates.waiting": 0}),
]


@pytest.mark.parametrize(("topic", "text", "facts"), READ)
def test_what_a_command_prints_is_read(topic: Topic, text: str, facts: dict[str, Value]) -> None:
    assert CATALOGUE[topic].read(Said(text)) == facts


def test_the_clock_is_compared_with_the_middle_of_the_question() -> None:
    said = Said("1000.750000000\n", asked=1000.0, heard=1000.5)
    assert CATALOGUE[Topic.CLOCK].read(said) == {"clock.offset_ms": 500.0}
    # BusyBox knows no fractions of a second.
    assert CATALOGUE[Topic.CLOCK].read(Said("1000.%N\n", 1000.0, 1000.5)) == {}


def test_every_topic_is_in_the_catalogue_and_nothing_of_it_changes_the_machine() -> None:
    assert set(CATALOGUE) == set(Topic)
    for command in CATALOGUE.values():
        assert not {"rm", "mv", "tee", "sudo", "kill", "sh"} & set(command.line.split())


@given(st.sampled_from(list(Topic)), st.text(), st.floats(0, 2e9))
def test_garbage_is_read_without_an_error(topic: Topic, text: str, now: float) -> None:
    facts = CATALOGUE[topic].read(Said(text, now, now + 1))
    assert all(fact_of(name) for name in facts)
