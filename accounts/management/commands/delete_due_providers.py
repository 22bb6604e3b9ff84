"""`manage.py delete_due_providers`: delete the providers whose grace is over, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.erase_provider import erase_due_providers
from accounts.operators import COMMAND_LINE


class Command(BaseCommand):
    """Does what the beat does every hour. The database refuses providers that are not due."""

    help = "Delete the providers whose thirty days of grace are over, with rows, files, accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete and say how many."""
        gone = erase_due_providers(operator=COMMAND_LINE)
        self.stdout.write(f"{gone} providers were deleted.")
