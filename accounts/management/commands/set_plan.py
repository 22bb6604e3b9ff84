"""`manage.py set_plan`: add a plan, or change its limits. Providers keep what they were given."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Plan
from accounts.plans import plan_in_words


class Command(BaseCommand):
    """Writes one plan. A limit that is left out is no limit."""

    help = "Add or change a plan. Providers get its limits when an operator gives it to them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the plan."""
        parser.add_argument("code", help="short name, such as standard")
        parser.add_argument("--name", required=True)
        parser.add_argument("--customers", type=int)
        parser.add_argument("--staff", type=int)
        parser.add_argument("--devices", type=int)
        parser.add_argument("--storage-megabytes", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write and say what it is now."""
        names = ("name", "customers", "staff", "devices", "storage_megabytes")
        plan, _ = Plan.objects.update_or_create(
            code=options["code"], defaults={name: options[name] for name in names}
        )
        self.stdout.write(plan_in_words(plan))
