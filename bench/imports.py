"""Importing a list of 10,000 devices: how long, and does memory grow with the list?

`python -m bench.imports` prints figures of this one run, on servers of its own. The reference is
what PostgreSQL needs to take in as many bare rows by one INSERT a batch.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figures import Figure, report
from calcom_portal.embedded import embedded_servers
from calcom_portal.processes import MIGRATE

BASE = Path(__file__).resolve().parent.parent


def main() -> None:
    """Print the figures; end with status 1 when the target is missed."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as scratch:
        folder = Path(scratch)
        with embedded_servers(folder, durable=True) as own:
            addresses = own.addresses
            environment = os.environ | {
                "DATABASE_URL": addresses.database_url,
                "DATABASE_OWNER_URL": addresses.database_owner_url,
                "REDIS_URL": addresses.redis_url,
                "SECRET_KEY": "only-for-benchmarks",
                "PORTAL_VAR": str(folder / "portal"),
                "DJANGO_SETTINGS_MODULE": "calcom_portal.settings",
                "LOG_LEVEL": "WARNING",
            }
            subprocess.run(
                [sys.executable, *MIGRATE.command[1:]],
                cwd=BASE,
                env=environment,
                check=True,
                capture_output=True,
            )
            few, many = (_measure(rows, environment) for rows in (1_000, 10_000))
    report(
        "Importing a list of installed products with warranty, as CSV",
        [
            Figure("10,000 devices, checked and imported", many["seconds"], 60, "s"),
            Figure("of that the dry run", many["checked"], unit="s"),
            Figure("10,000 bare rows into PostgreSQL", many["bare"], unit="s"),
            Figure("the import against the bare rows", many["seconds"] / many["bare"], unit="×"),
            Figure("memory for 10,000 against 1,000", many["memory"] / few["memory"], 1.25, "×"),
        ],
    )


def _measure(rows: int, environment: dict[str, str]) -> dict[str, float]:
    """Import in a process of its own, so that its memory is that of one import."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.inside.imports", str(rows)],
        cwd=BASE,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    names = ("seconds", "checked", "bare", "memory")
    return dict(zip(names, map(float, done.stdout.split()[-4:]), strict=True))


if __name__ == "__main__":
    main()
