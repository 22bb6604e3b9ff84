"""What the web process holds: a library that it loads at its start stays as long as it runs."""

from __future__ import annotations

import subprocess
import sys

from upkeep.drivers.proven import FETCHING, UPDATED_ON
from upkeep.drivers.table import DRIVERS
from upkeep.drivers.updating import UPDATERS

# Those who speak to equipment are other processes, and few requests need the others: they are
# loaded by the first that does.
FOR_OTHERS = (
    "aiohttp", "aionut", "asyncssh", "dns", "gufo", "icmplib", "prometheus_client", "uvloop",
)  # fmt: skip
FOR_FEW = ("boto3", "holidays", "openpyxl", "tablib", "typst")
LOADED = """
import sys
import calcom_portal.wsgi
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_the_web_process_starts_without_the_libraries_of_others() -> None:
    command = [sys.executable, "-c", LOADED, *FOR_OTHERS, *FOR_FEW]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_pages_know_each_driver_without_loading_it() -> None:
    assert DRIVERS.keys() == FETCHING
    assert UPDATERS.keys() == UPDATED_ON.keys()
