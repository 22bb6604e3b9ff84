"""The drivers that fetch backups by themselves, by kind; and what every kind was proven on."""

from __future__ import annotations

from collections.abc import Mapping

from upkeep.drivers.asterisk import AsteriskDriver
from upkeep.drivers.base import Driver
from upkeep.drivers.ssh import SshDriver

DRIVERS: Mapping[str, Driver] = {driver.kind: driver for driver in (SshDriver(), AsteriskDriver())}

TESTED_ON: Mapping[str, str] = {
    **{kind: driver.tested_on for kind, driver in DRIVERS.items()},
    "drop": "OpenSSH 9.2 sftp",
    "manual": "files of any maker: archives and databases are looked into",
}
