"""Equipment for fault tests: a SIP server in a thread, and a runner in a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitoring.models import Check
from tests.cast import Cast
from tests.monitoring.builders import allow_loopback, build_check, build_connection
from tests.monitoring.wire import sip_reply
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
# The shortest interval that a check may have.
EVERY = 30.0


class PhoneSystem:
    """Answers OPTIONS on a port of loopback, from a thread, until the end of the block."""

    def __init__(self) -> None:
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self._ends = False
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._answer, daemon=True)

    def __enter__(self) -> PhoneSystem:
        self._thread.start()
        return self

    def __exit__(self, *why: object) -> None:
        self._ends = True
        self._thread.join(5)
        self._socket.close()

    def _answer(self) -> None:
        while not self._ends:
            with suppress(TimeoutError):
                data, who = self._socket.recvfrom(65536)
                self._socket.sendto(sip_reply(data, "200 OK"), who)


def build_checks(cast: Cast, port: int, count: int) -> list[Check]:
    """Build checks of a phone system on loopback, as often as a check may be asked."""
    allow_loopback(cast.calcom.pk)
    line = build_connection(cast.phone_system, driver="sip", port=port)
    return [
        build_check(
            cast.phone_system,
            "sip-udp",
            connection=line,
            name=f"SIP answers {number}",
            every_seconds=int(EVERY),
            timeout_ms=1000,
            retry_seconds=2,
        )
        for number in range(count)
    ]


class RunnerProcess:
    """`manage.py runner`, and what it tells of itself."""

    def __init__(self) -> None:
        self._port = free_port()
        variables = {"DJANGO_SETTINGS_MODULE": "calcom_portal.settings", "LOG_LEVEL": "WARNING"}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "runner", "--metrics-port", str(self._port)],
            env=os.environ | variables,
            cwd=ROOT,
        )

    def figure(self, name: str) -> float:
        """Return one figure of /metrics, 0 while it does not answer."""
        try:
            page = urllib.request.urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=2)
        except OSError:
            return 0.0
        found = re.search(rf"^portal_runner_{name} (\S+)$", page.read().decode(), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def asks(self, checks: int, within: float = 60.0) -> None:
        """Wait until it looks after so many checks."""
        ends = time.monotonic() + within
        while self.figure("checks") != checks:
            assert self.process.poll() is None, "The runner ended by itself."
            assert time.monotonic() < ends, "The runner does not ask."
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as kill -9 does."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Ask it to end, and return its status."""
        self.process.terminate()
        return self.process.wait(30)


@contextmanager
def running_runner() -> Iterator[RunnerProcess]:
    """Run a runner until the end of the block."""
    runner = RunnerProcess()
    try:
        yield runner
    finally:
        runner.kill()
