"""All benchmarks, one after the other: `python -m bench` (about a quarter of an hour)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.ground import arguments
from tests.lab.servers import missing

# Without the lab's servers those that need them are left out.
LAB = {"runner": ("kamailio", "snmpd"), "drivers": ("sshd", "mariadbd", "sqlite3")}

# Calendar and cover need no servers, imports and health checks have their own; the others share
# what is loaded once.
BENCHMARKS = (
    *("queue", "ticket", "api", "memory", "sweep", "notice", "search", "statement", "month"),
    "board",
)


def main() -> int:
    """Run each in a process of its own; return 1 when a target was missed."""
    kept = arguments(__doc__).data
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as scratch:
        data = kept or Path(scratch)
        alone = ["calendar", "cover", "imports", "backup"]
        alone += [name for name, needed in LAB.items() if not missing(*needed)]
        results = [subprocess.call([sys.executable, "-m", f"bench.{name}"]) for name in alone]
        for name in BENCHMARKS:
            command = [sys.executable, "-m", f"bench.{name}", "--data", str(data)]
            results.append(subprocess.call(command))
    return int(any(results))


if __name__ == "__main__":
    sys.exit(main())
