"""Names of a former customer's people can be taken off what they wrote, and nothing else."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0006_fill_in_words")]

    operations: ClassVar = [
        migrations.RunSQL(
            "GRANT UPDATE (author_name) ON tickets_message TO portal_staff",
            "REVOKE UPDATE (author_name) ON tickets_message FROM portal_staff",
        )
    ]
