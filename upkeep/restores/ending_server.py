"""How a server that a rehearsal started is ended: asked first, then killed with all it started."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress


def end_server(process: subprocess.Popen[bytes], *, within: float) -> None:
    """Ask a leader of its own session to end, and kill its group after `within` seconds."""
    process.terminate()
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
