"""The lab is left out where its servers are not installed, in one clear line; never under CI."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.probes.egress import Pinned
from tests.lab.machines import Door, sshd
from tests.lab.servers import Running, chronyd, kamailio, missing, snmpd

NEEDED = (
    *("kamailio", "snmpd", "chronyd", "sshd", "baresip", "exim4", "upsd"),
    *("mariadbd", "sqlite3", "sudo"),
)


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    if not (gone := missing(*NEEDED)):
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"The lab needs {', '.join(gone)}.")
    pytest.skip(f"The lab needs {', '.join(gone)}: sh tests/lab/install.sh")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a short path: kamailio's sockets allow no longer one."""
    # A killed server's children may still be about when the folder goes.
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as path:
        yield Path(path)


@pytest.fixture
def registrar(folder: Path) -> Iterator[tuple[Running, Pinned]]:
    with kamailio(folder) as running:
        yield running


@pytest.fixture
def agent(folder: Path) -> Iterator[Running]:
    with snmpd(folder) as running:
        yield running


@pytest.fixture
def time_server(folder: Path) -> Iterator[Running]:
    with chronyd(folder) as running:
        yield running


@pytest.fixture
def door(folder: Path) -> Iterator[Door]:
    with sshd(folder) as machine:
        yield machine
