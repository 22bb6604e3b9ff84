"""What is known of a restore before it is confirmed, and how it was confirmed."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upkeep", "0001_backups_and_restores")]

    operations = [
        migrations.AddField("restore", "checked_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "restore",
            "accepted",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=40), null=True),
        ),
        migrations.AddField(
            "restore",
            "alone_reason",
            models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.AddField("restore", "without_safety", models.BooleanField(db_default=False)),
    ]
