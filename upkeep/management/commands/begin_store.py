"""`manage.py begin_store`: take an empty folder for the store, because the former one is lost.

Without it the portal writes no backup to a folder that does not have the mark it knows.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from upkeep.backups.marking import begin_anew
from upkeep.store.errors import StoreUnavailable
from upkeep.store.objects import FolderStore, object_store


class Command(BaseCommand):
    """Says what it would do; does it with --yes."""

    help = "Begin the store of backups anew in the folder that BACKUP_STORE names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the word of whoever runs it."""
        parser.add_argument("--yes", action="store_true", help="the former store is lost: begin")

    def handle(self, *args: Any, **options: Any) -> None:
        """Begin it, and say what follows."""
        store = object_store()
        if not isinstance(store, FolderStore):
            raise CommandError("BACKUP_STORE names a bucket, which needs no mark.")
        if not options["yes"]:
            self.stdout.write(
                f"{store.root} would become the store. What lay in the former one would be found"
                " missing and told, system by system. Run it with --yes if that one is lost."
            )
            return
        try:
            mark = begin_anew(store)
        except StoreUnavailable as error:
            raise CommandError(f"{error.message} {error.remedy}") from error
        self.stdout.write(f"{store.root} is the store now: {mark}.")
