"""The drivers that fetch backups by themselves, by kind; `proven` tells pages of them."""

from __future__ import annotations

from collections.abc import Mapping

from upkeep.drivers.asterisk import AsteriskDriver
from upkeep.drivers.base import Driver
from upkeep.drivers.ssh import SshDriver

DRIVERS: Mapping[str, Driver] = {driver.kind: driver for driver in (SshDriver(), AsteriskDriver())}
