"""Write down the form of a take-out: `manage.py describe_takeout > docs/take-out.md`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.takeout import FORM, parts_of_takeout

HEAD = f"""# The take-out of a customer's data

Written by `manage.py describe_takeout`; a test keeps it true. This is form {FORM}.

A take-out is one zip archive.

| path | holds |
|---|---|
| `README.txt` | where to find what, and what is not in the archive |
| `manifest.json` | `form`, whose it is, when and by whom made, how many rows and files |
| `data/<part>.json` | a list of rows, the oldest first, one on each line; UTF-8 |
| `files/tickets/<reference>/<id>-<name>` | a file that somebody attached, as it came |
| `files/contracts/<number>/sent/<id>.pdf` | an agreement as it was sent to be signed |
| `files/contracts/<number>/signed/<id>-<name>` | the scan of a signed paper |
| `files/health/<id>-<name>` | a signed health report |
| `files/inspections/<id>/<id>-<name>` | the signed report of an inspection |
| `files/inspections/<id>/photos/<id>-<name>` | a picture that was taken during one |

Instants are ISO 8601 in UTC, days `2026-06-15`, money is text, a range is `[first, last]`. Columns
that end in `_id` point to the `id` of a row in another part. What customers never see (internal
notes and their files, drafts) is in it only when the provider asks for it; parts marked *staff* are
in the provider's own take-outs only.

| part | columns |
|---|---|
"""


class Command(BaseCommand):
    """Print the description."""

    help = "Print the form of a take-out, for docs/take-out.md."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        self.stdout.write(description(), ending="")


def description() -> str:
    """Return the text of docs/take-out.md."""
    lines = [
        f"| {part.name}{' *staff*' if part.staff_only else ''} | {', '.join(part.columns)} |\n"
        for part in parts_of_takeout()
    ]
    return HEAD + "".join(lines)
