"""Take the backups that systems send by SFTP, until asked to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand

from upkeep.drop.backups import BackupTaker
from upkeep.drop.server import DropServer


class Command(BaseCommand):
    """`manage.py drop`: listens at DROP_HOST and DROP_PORT."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen."""
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
            loop.run(_run())


async def _run() -> None:
    drop, is_over = DropServer(BackupTaker()), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, is_over.set)
    await drop.open(settings.DROP_HOST, settings.DROP_PORT)
    await is_over.wait()
    await drop.close()
