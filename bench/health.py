"""One month's health checks of 1,000 systems: `python -m bench.health`.

On servers of its own. The reference is what PostgreSQL needs to take in as many bare rows.
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
SYSTEMS = 1_000


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
            command = [sys.executable, *MIGRATE.command[1:]]
            subprocess.run(command, cwd=BASE, env=environment, check=True, capture_output=True)
            told = _measure(environment)
    report(
        f"Monthly health checks of {SYSTEMS:,} systems of 100 customers",
        [
            Figure("health checks planned", told["planned"], SYSTEMS, at_least=True),
            Figure("planning a month", told["seconds"], 10, "s"),
            Figure("planning again, with nothing owed", told["again"], 10, "s"),
            Figure("as many bare rows into PostgreSQL", told["bare"], unit="s"),
            Figure("SQL queries of a planning", told["queries"], 20),
            Figure("one health check, asked and judged", told["made_ms"], unit="ms"),
        ],
    )


def _measure(environment: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.inside.health", str(SYSTEMS)],
        cwd=BASE,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    names = ("planned", "seconds", "again", "bare", "queries", "made_ms")
    return dict(zip(names, map(float, done.stdout.split()[-6:]), strict=True))


if __name__ == "__main__":
    main()
