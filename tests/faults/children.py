"""Programs that the fault tests start and kill: `python -m tests.faults.children sweep`.

The roles are those of `work.ROLES`. Each says "ready" when it begins its work, and works until
nothing is due. A server that goes away is waited for, as a worker would be asked again by the next
beat.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent


def main(role: str) -> None:
    """Work in a role until nothing is due."""
    django.setup()
    # Only now can models be imported.
    from tests.faults import work  # noqa: PLC0415

    print("ready", flush=True)  # noqa: T201
    work.ROLES[role]()


def start(role: str, **variables: str) -> subprocess.Popen[str]:
    """Start a child and wait until it begins its work."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.children", role],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "calcom_portal.settings"} | variables,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def kill(child: subprocess.Popen[str]) -> bool:
    """Kill a child as kill -9 does; return whether it was still at work."""
    was_alive = child.poll() is None
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGKILL)
    child.wait(10)
    return was_alive


@contextmanager
def running(role: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Start a child; it is killed at the end of the block if it still runs."""
    child = start(role, **variables)
    try:
        yield child
    finally:
        kill(child)


def wait_until(is_true: Callable[[], bool], within: timedelta) -> None:
    """Wait for something to become true. Fails when it does not."""
    ends = time.monotonic() + within.total_seconds()
    while not is_true():
        assert time.monotonic() < ends, f"It did not happen within {within}."
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
