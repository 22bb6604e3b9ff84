"""`manage.py standins`: plays the demo's equipment on this machine, until it is stopped."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from calcom_portal.demo.equipment import places
from calcom_portal.demo.ssh_standin import play_machine
from calcom_portal.demo.standins import stand_in


class Command(BaseCommand):
    """Answer where the demo's checks ask."""

    help = "Play the demo's equipment on loopback, so that its checks are alive."

    def handle(self, **_: Any) -> None:
        """Answer until a signal asks to stop."""
        if not settings.PORTAL_DEMO:
            raise CommandError("This portal is no demo: its checks ask real equipment.")
        asyncio.run(self._play())

    async def _play(self) -> None:
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        machine = await play_machine(settings.SECRET_KEY)
        self.stdout.write(f"{await stand_in(places())} devices of the demo answer on this machine")
        await stopped.wait()
        if machine is not None:
            machine.close()
