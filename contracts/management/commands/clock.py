"""Answer questions to calendars: JSON lines in, JSON lines out. Needs no database."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from contracts.questions import answer


class Command(BaseCommand):
    """`echo '{"op": "add", …}' | python manage.py clock`; see `contracts.questions`."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer each line of standard input on a line of its own, at once."""
        for raw in sys.stdin.buffer:
            if line := raw.decode("utf-8", "replace").strip():
                self.stdout.write(json.dumps(answer(line), ensure_ascii=False))
                self.stdout.flush()
