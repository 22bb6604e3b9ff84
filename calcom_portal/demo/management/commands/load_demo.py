"""`manage.py load_demo`: a provider to look at, with three months of history up to now."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from calcom_portal.demo.loading import load_demo


class Command(BaseCommand):
    """Write the demo provider, unless it is there already. All of it, or nothing."""

    help = "Write the demo provider with three months of tickets, unless it is there already."

    def handle(self, **_: Any) -> None:
        """Load and say what was written. Everybody knows the password of the demo's people."""
        if not settings.PORTAL_DEMO:
            raise CommandError(
                "This portal is no demo. Its people would share a password that is published: "
                "set PORTAL_DEMO=1 only where nothing else is kept."
            )
        # Three months of sweeps would each say that they swept.
        logging.getLogger("tickets.sweeps").setLevel(logging.WARNING)
        began = time.monotonic()
        loaded = load_demo()
        if loaded is None:
            self.stdout.write("demo data is already there")
            return
        self.stdout.write(
            f"demo data written: {loaded.customers} customers, {loaded.devices} devices,"
            f" {loaded.tickets} tickets in {time.monotonic() - began:.0f} s"
        )
