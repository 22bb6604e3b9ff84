"""Servers, databases and web processes of a benchmark: its own, durable, thrown away afterwards."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from bench.client import Ask, send
from bench.loading import SIZES, fill, fill_floor
from calcom_portal.embedded import OwnServers, embedded_servers
from calcom_portal.embedded.process import free_port
from calcom_portal.processes import MIGRATE, PROCESSES

BASE = Path(__file__).resolve().parent.parent
# Provisioned by the servers' start, and never filled.
EMPTY = "portal"
TENANTS = "tenants"
FLOOR = "floor"
PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Ground:
    """Running servers with the data of this benchmark."""

    folder: Path
    own: OwnServers

    @property
    def people(self) -> dict[str, Any]:
        """Return who can be asked for what: cookies, tokens and ids (see `inside.foundation`)."""
        people: dict[str, Any] = json.loads((self.folder / "people.json").read_text())
        return people

    def environment(self, database: str) -> dict[str, str]:
        """Return the variables by which the product finds a database."""
        addresses = self.own.addresses
        return os.environ | {
            "DATABASE_URL": _of(addresses.database_url, database),
            "DATABASE_OWNER_URL": _of(addresses.database_owner_url, database),
            "REDIS_URL": addresses.redis_url,
            "BENCH_SUPERUSER_URL": _of(addresses.database_superuser_url, database),
            "SECRET_KEY": "only-for-benchmarks",
            "PRIVATE_TARGETS": "127.0.0.0/8",
            "PORTAL_VAR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "calcom_portal.settings",
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(BASE / "bench" / "as_installed"),
        }

    def floor_environment(self) -> dict[str, str]:
        """Return the variables of the bare Django site."""
        url = _of(self.own.addresses.database_owner_url, FLOOR)
        return os.environ | {
            "FLOOR_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "bench.floor_site.settings",
        }

    def superuser(self, database: str) -> Any:
        """Return a connection that sees every row."""
        connection = psycopg2.connect(_of(self.own.addresses.database_superuser_url, database))
        connection.autocommit = True
        return connection

    def inside(self, module: str, database: str, *arguments: str) -> Any:
        """Run `bench.inside.<module>` beside a database, and return the JSON that it prints."""
        command = [sys.executable, "-m", f"bench.inside.{module}", *arguments]
        done = subprocess.run(
            command, env=self.environment(database), cwd=BASE, stdout=subprocess.PIPE, check=True
        )
        return json.loads(done.stdout)

    @contextmanager
    def web(self, database: str) -> Iterator[Web]:
        """Run the web process of the product, by its own command, until the end of the block."""
        with _running(PROCESSES[0].command, self.environment(database)) as web:
            yield web

    @contextmanager
    def process(self, name: str, database: str) -> Iterator[None]:
        """Run another process of the product, by its own command, until the end of the block."""
        (self.folder / "var").mkdir(exist_ok=True)
        command = next(process.command for process in PROCESSES if process.name == name)
        process = _started(command, self.environment(database))
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)

    @contextmanager
    def floor(self) -> Iterator[Web]:
        """Run the bare site exactly as the product is run."""
        words = [
            "bench.floor_site.wsgi:application" if ":" in word else word
            for word in PROCESSES[0].command
        ]
        with _running(words, self.floor_environment()) as web:
            yield web


@dataclass(frozen=True, slots=True)
class Web:
    """A running web process."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Return the CPU seconds that master and workers have used so far."""
        ticks = [
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self._pids()
        ]
        return sum(int(part[11]) + int(part[12]) for part in ticks) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, float]:
        """Return proportional set size in MB by process id: the master and its workers."""
        return {pid: _pss(pid) for pid in self._pids()}

    def _pids(self) -> list[str]:
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [str(master), *children.split()]


def arguments(description: str | None) -> argparse.Namespace:
    """Read the options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--data",
        type=Path,
        help="folder to keep servers' data in and use again; without it, thrown away",
    )
    return parser.parse_args()


@contextmanager
def ground(data: Path | None, *databases: str) -> Iterator[Ground]:
    """Start the servers and load the databases named that are not there yet."""
    folder = data or Path(tempfile.mkdtemp(prefix="portal-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    # PostgreSQL may run under another account, which has to find its data.
    folder.chmod(0o711)
    try:
        with embedded_servers(folder / "servers", durable=True) as own:
            place = Ground(folder, own)
            for database in databases:
                _prepare(place, database)
            yield place
    finally:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _prepare(place: Ground, database: str) -> None:
    start = time.monotonic()
    if database == FLOOR:
        if not _exists(place, FLOOR):
            _create(place, FLOOR, "")
            for command in ("migrate --verbosity 0", "migrate --run-syncdb --verbosity 0"):
                words = ["python", "-m", "django", *command.split()]
                _run(words, place.floor_environment())
            fill_floor(place.superuser(FLOOR))
            _done(place, FLOOR, start)
        return
    if not (place.folder / "people.json").exists():
        _create(place, TENANTS, f"TEMPLATE {EMPTY}")
        _run(MIGRATE.command, place.environment(TENANTS))
        people = place.inside("foundation", TENANTS)
        (place.folder / "people.json").write_text(json.dumps(people))
    if not _exists(place, database):
        _create(place, database, f"TEMPLATE {TENANTS}")
        fill(place.superuser(database), place.people, SIZES[database])
        _done(place, database, start)


def _exists(place: Ground, database: str) -> bool:
    return (place.folder / f"{database}.loaded").exists()


def _create(place: Ground, database: str, options: str) -> None:
    cursor = place.superuser("postgres").cursor()
    cursor.execute(f"DROP DATABASE IF EXISTS {database}")
    cursor.execute(f"CREATE DATABASE {database} OWNER portal_owner {options}")


def _done(place: Ground, database: str, start: float) -> None:
    (place.folder / f"{database}.loaded").touch()
    print(f"{database}: loaded in {time.monotonic() - start:.0f} s", file=sys.stderr)


def _run(command: Sequence[str], environment: dict[str, str]) -> None:
    words = [sys.executable if word == "python" else word for word in command]
    subprocess.run(words, env=environment, cwd=BASE, check=True, stdout=sys.stderr)


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str]) -> Iterator[Web]:
    port = free_port(0)
    quiet = {"PORT": str(port), "GUNICORN_CMD_ARGS": "--log-level warning"}
    process = _started(command, environment | quiet)
    try:
        _wait_for(Ask(port, "/healthz"), process)
        yield Web(port, process)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _started(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    program = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    return subprocess.Popen(program, env=environment, cwd=BASE)


def _wait_for(health: Ask, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and process.poll() is None:
        try:
            send(health)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"Port {health.port} did not answer: read what the process says above.")


def _pss(pid: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _of(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"
