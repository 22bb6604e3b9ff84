"""`manage.py rotate_backup_keys`: a new key of the vault, or of one customer.

Run it in the process of the vault, which alone holds the keys (docs/runbook.md).
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from upkeep.backups.key_rotation import reseal_customer_keys, retire_customer_key
from upkeep.store.errors import NoVaultKey


class Command(BaseCommand):
    """Seals anew. Ends with an error when a key cannot be opened."""

    help = "Seal the keys of customers' backups with the present key of the vault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the customers that get a key pair of their own anew."""
        parser.add_argument(
            "--new-for",
            metavar="CUSTOMER",
            type=int,
            action="append",
            default=[],
            help="id of a customer whose next backup gets a new key pair",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what was done."""
        for customer_id in options["new_for"]:
            if not retire_customer_key(customer_id):
                raise CommandError(f"Customer {customer_id} has no key in use.")
            self.stdout.write(f"Customer {customer_id} gets a new key with its next backup.")
        try:
            done = reseal_customer_keys()
        except NoVaultKey as error:
            raise CommandError(f"{error.message} {error.remedy}") from error
        self.stdout.write(f"{done.moved} keys were sealed with the present key of the vault.")
        if done.broken:
            named = ", ".join(map(str, done.broken))
            raise CommandError(
                f"{len(done.broken)} open with none of the given keys: {named}. Put the key that"
                " sealed them among FORMER_VAULT_IDENTITIES, and run this again."
            )
