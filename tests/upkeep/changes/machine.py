"""A phone system's machine that runs beside the test, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.monitoring.ssh_wire import Machine
from tests.upkeep.changes.files import DIALPLAN, PJSIP
from tests.upkeep.shell_wire import machine_that_obeys

# What stands in for Asterisk: it counts its loads, and refuses a configuration that is broken.
ASTERISK = """
echo "$@" >> {folder}/asterisk-ran
! grep -q broken {folder}/*.conf
"""


@contextmanager
def phone_system(folder: Path) -> Iterator[Machine]:
    """Run one whose configuration is in `folder`."""
    (folder / "pjsip.conf").write_text(PJSIP, encoding="utf-8")
    (folder / "extensions.conf").write_text(DIALPLAN, encoding="utf-8")
    programs = {"asterisk": ASTERISK.format(folder=folder)}
    found: list[Machine] = []
    is_up, loop = threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()

    async def live() -> None:
        async with machine_that_obeys(programs) as machine:
            found.append(machine)
            is_up.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    assert is_up.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()
