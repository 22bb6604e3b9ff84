"""How much memory a process has had so far."""

from __future__ import annotations

import re
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

KB_OF_MB = 1000


def peak(pid: int) -> float:
    """Return the most MB that a process has held at once, 0 for one that is gone."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) / KB_OF_MB if found else 0.0
    return 0.0


def peak_until_end(process: subprocess.Popen[Any], seconds: float) -> float:
    """Wait for a process to end, and return the most MB that it has held. It has to end well."""
    most, end = 0.0, time.monotonic() + seconds
    while process.poll() is None:
        assert time.monotonic() < end, f"It did not end within {seconds:.0f} s."
        most = max(most, peak(process.pid))
        time.sleep(0.01)
    assert process.returncode == 0
    return most
