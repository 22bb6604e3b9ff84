"""The probe runner at 20,000 SIP checks a minute, and SNMP: `python -m bench.runner`.

Asks a real Kamailio and a real snmpd on loopback; states and history go to a real PostgreSQL whose
every commit reaches the disk. Needs what tests/lab/install.sh installs.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg2
import uvloop

from bench.figures import Figure, report
from calcom_portal.embedded import OwnServers, embedded_servers
from calcom_portal.embedded.process import free_port
from calcom_portal.processes import MIGRATE, PROCESSES
from monitoring.probes.egress import Pinned
from monitoring.probes.results import Outcome
from monitoring.probes.snmp import Community, probe_snmp
from tests.lab.servers import COMMUNITY, kamailio, missing, snmpd

BASE = Path(__file__).resolve().parent.parent
CHECKS = 20_000
MINUTE = 60.0
PATIENCE = 240.0
SNMP_SECONDS, SNMP_AT_ONCE, SNMP_GOES = 3.0, 100, 4
SAMPLE = re.compile(r"^(portal_runner_\w+(?:\{[^}]*\})?) (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Minute:
    """What a minute of work cost and brought."""

    seconds: float
    cpu: float
    database_cpu: float
    probes: float
    alive: float
    written: int
    late_p99: float
    flushes: float
    flush_seconds: float
    waiting: float


def main() -> None:
    """Print the figures; end with status 1 when a target is missed."""
    if gone := missing("kamailio", "snmpd"):
        raise SystemExit(f"Needs {', '.join(gone)}: sh tests/lab/install.sh")
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        folder.chmod(0o711)
        minute = _sip(folder)
        gets, gets_alone = _snmp(folder)
    report(
        "Probe runner, 20,000 SIP checks a minute, one process",
        [
            Figure("share of one core, with its own database work", minute.cpu * 100, 25, "%"),
            Figure(
                "… PostgreSQL beside it, all its processes", minute.database_cpu * 100, unit="%"
            ),
            Figure("from due to asked, 99 of 100", minute.late_p99 * 1000, 250, "ms"),
            Figure("asked in the minute", minute.probes, CHECKS * 0.99, at_least=True),
            Figure("… of that answered", minute.alive),
            Figure("… of that in the history", minute.written, CHECKS * 0.98, at_least=True),
            Figure(
                "own CPU for one check",
                minute.cpu * minute.seconds / minute.probes * 1e6,
                unit="µs",
            ),
            Figure("one batch written", minute.flush_seconds / minute.flushes * 1000, unit="ms"),
            Figure("… results in it", minute.probes / minute.flushes),
            Figure("results waiting at the end", minute.waiting, 2_000),
            Figure("SNMP v2c GET of three objects", gets, 5_000, "/s", at_least=True),
            Figure("… for a second of own CPU", gets_alone),
        ],
    )


def _sip(folder: Path) -> Minute:
    lab = folder / "lab"
    lab.mkdir()
    with kamailio(lab) as (registrar, _), embedded_servers(folder / "db", durable=True) as own:
        environment = _environment(own, folder)
        _run([sys.executable, *MIGRATE.command[1:]], environment)
        fill = [sys.executable, "-m", "bench.inside.watched", str(CHECKS)]
        _run([*fill, str(registrar.target.port)], environment)
        with _runner(environment) as (process, port):
            _wait_for(port)
            return _one_minute(process, port, own)


def _one_minute(process: subprocess.Popen[bytes], port: int, own: OwnServers) -> Minute:
    # The first round asks everything within seconds; the rhythm comes with the second.
    time.sleep(MINUTE * 1.3)
    before, cpu, began, rows = _metrics(port), _cpu(process.pid), time.monotonic(), _rows(own)
    database = _cpu_of_postgres(own)
    time.sleep(MINUTE)
    after, spent, ended = _metrics(port), _cpu(process.pid) - cpu, time.monotonic()
    grown = {name: value - before.get(name, 0.0) for name, value in after.items()}
    alive = sum(value for name, value in grown.items() if _is_probe(name) and "alive" in name)
    return Minute(
        seconds=ended - began,
        cpu=spent / (ended - began),
        database_cpu=(_cpu_of_postgres(own) - database) / (ended - began),
        probes=grown["portal_runner_start_lateness_seconds_count"],
        alive=alive,
        written=_rows(own) - rows,
        late_p99=after["portal_runner_start_lateness_p99_seconds"],
        flushes=grown["portal_runner_flush_seconds_count"],
        flush_seconds=grown["portal_runner_flush_seconds_sum"],
        waiting=after["portal_runner_rows_waiting"],
    )


def _is_probe(name: str) -> bool:
    return name.startswith("portal_runner_probes_total")


def _snmp(folder: Path) -> tuple[float, float]:
    """Return questions a second, the best of a few goes, and questions per second of own CPU."""
    lab = folder / "snmp"
    lab.mkdir()
    with snmpd(lab) as agent, asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        spent = time.process_time()
        rates = [loop.run(_gets(agent.target)) for _ in range(SNMP_GOES)]
        spent = time.process_time() - spent
    return max(rates), sum(rates) * SNMP_SECONDS / spent


async def _gets(target: Pinned) -> float:
    """Return how many questions a second one process asks and has answered."""
    ends, answered = time.monotonic() + SNMP_SECONDS, 0

    async def keep_asking() -> None:
        nonlocal answered
        while time.monotonic() < ends:
            result = await probe_snmp(target, timedelta(seconds=5), Community(COMMUNITY))
            assert result.outcome is Outcome.ALIVE, result.words
            answered += 1

    await asyncio.gather(*(keep_asking() for _ in range(SNMP_AT_ONCE)))
    return answered / SNMP_SECONDS


def _environment(own: OwnServers, folder: Path) -> dict[str, str]:
    addresses = own.addresses
    return os.environ | {
        "DATABASE_URL": addresses.database_url,
        "DATABASE_OWNER_URL": addresses.database_owner_url,
        "REDIS_URL": addresses.redis_url,
        "SECRET_KEY": "only-for-benchmarks",
        "PRIVATE_TARGETS": "127.0.0.0/8",
        "PORTAL_VAR": str(folder / "portal"),
        "DJANGO_SETTINGS_MODULE": "calcom_portal.settings",
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def _runner(environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port(0)
    command = next(process.command for process in PROCESSES if process.name == "runner")
    process = subprocess.Popen(
        [sys.executable, *command[1:]],
        env={**environment, "RUNNER_METRICS_PORT": str(port)},
        cwd=BASE,
    )
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        try:
            if _metrics(port).get("portal_runner_checks") == CHECKS:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit("The runner does not ask all checks: read what it says above.")


def _metrics(port: int) -> dict[str, float]:
    page = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)
    return {name: float(value) for name, value in SAMPLE.findall(page.read().decode())}


def _rows(own: OwnServers) -> int:
    connection = psycopg2.connect(
        own.addresses.database_superuser_url.rpartition("/")[0] + "/portal"
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM monitoring_result")
        rows: int = cursor.fetchone()[0]
    connection.close()
    return rows


def _cpu(pid: int, *, and_of_the_dead: bool = False) -> float:
    """Return the CPU seconds of a process so far, all its threads together.

    `and_of_the_dead` adds those of its children that ended.
    """
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(int(word) for word in words[11 : 15 if and_of_the_dead else 13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _cpu_of_postgres(own: OwnServers) -> float:
    """Return the CPU seconds of the server and of its backends, also of those that ended."""
    assert own.postgres.server is not None
    server = own.postgres.server.process.pid
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    total = _cpu(server, and_of_the_dead=True)
    for child in children:
        # One may end between the list and the look; the server has its seconds by then.
        with suppress(FileNotFoundError, ProcessLookupError):
            total += _cpu(int(child))
    return total


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    subprocess.run(command, env=dict(environment), cwd=BASE, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
