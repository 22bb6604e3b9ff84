"""Child processes that end when their launcher does."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from calcom_portal.embedded.account import Account, SubprocessAccount

_PR_SET_PDEATHSIG = 1
_KEPT_LOG_BYTES = 5_000_000


class ServerFailed(RuntimeError):
    """An embedded server did not start."""


@dataclass
class Server:
    """One running server process."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    watchdog: subprocess.Popen[bytes] | None

    def stop(self, patience: timedelta = timedelta(seconds=20)) -> None:
        """Ask the server to end, and end it by force after `patience`."""
        if self.watchdog is not None:
            self.watchdog.kill()
            self.watchdog.wait()
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(patience.total_seconds())
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_until(self, ready: Callable[[], bool], patience: timedelta) -> bool:
        """Return whether the server became ready; False as soon as it has ended instead."""
        limit = time.monotonic() + patience.total_seconds()
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                return False
            if ready():
                return True
            time.sleep(0.05)
        return False


def start_server(
    name: str,
    command: list[str],
    *,
    log: Path,
    stop_signal: signal.Signals,
    account: Account | None = None,
    config: str = "",
) -> Server:
    """Start `command` in a process group of its own; `config` is handed over on standard input.

    The server gets `stop_signal` when the launching thread ends, in whatever way.
    """
    _shorten(log)
    as_account = account.for_subprocess() if account else SubprocessAccount()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",  # The account may not be allowed into the present folder.
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            # A Ctrl-C in the terminal must not reach the server: the launcher stops it last.
            process_group=0,
            preexec_fn=die_with_launcher(stop_signal),
            **as_account,
        )
    if process.stdin is None:
        raise ServerFailed(f"{name} was started without a standard input.")
    with suppress(BrokenPipeError), process.stdin as stdin:
        stdin.write(config.encode())
    watchdog = None if sys.platform == "linux" else start_watchdog(process.pid, stop_signal)
    return Server(name, process, stop_signal, watchdog)


def die_with_launcher(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a new child must do to get `stop_signal` when its launcher ends (Linux)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    launcher = os.getpid()

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal))
        # The launcher may have ended before the kernel was asked.
        if os.getppid() != launcher:
            os._exit(1)

    return arrange


def start_watchdog(pid: int, stop_signal: signal.Signals) -> subprocess.Popen[bytes]:
    """Start a process that signals `pid` when this one ends, where the kernel does not."""
    program = (
        "import os, sys\n"
        "sys.stdin.read()\n"  # Returns when the launcher's end of the pipe is closed.
        f"os.kill({pid}, {int(stop_signal)})\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )


def free_port(preferred: int = 0) -> int:
    """Return `preferred` or, if it is taken or 0, a port of 127.0.0.1 that is free now."""
    for port in (preferred, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ServerFailed("No port of 127.0.0.1 is free. Close some programs and start again.")


def last_lines(log: Path, count: int = 8) -> str:
    """Return the end of a server's log, for an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def _shorten(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _KEPT_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
