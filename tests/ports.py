"""Ports of loopback for servers of the tests, which nobody else takes before they listen."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO

# Below those that the kernel gives to whoever connects, or listens at port 0.
OURS = range(20_000, 32_000)
TRIES = 1_000

_kept: list[BinaryIO] = []


def free_port() -> int:
    """Return a port that nobody uses, neither over UDP nor over TCP.

    It is ours until this process ends: other runs of tests at the same time are given others.
    """
    folder = Path(tempfile.gettempdir(), f"portal-test-ports-{os.geteuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    for port in random.sample(OURS, TRIES):
        with ExitStack() as unless_kept, suppress(OSError):
            claim = unless_kept.enter_context((folder / str(port)).open("wb"))
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _refuse_taken(port)
            _kept.append(claim)
            unless_kept.pop_all()
            return port
    raise RuntimeError("No port is free.")


def _refuse_taken(port: int) -> None:
    """Raise OSError for a port that somebody listens at."""
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        stream.bind(("127.0.0.1", port))
        datagrams.bind(("127.0.0.1", port))
