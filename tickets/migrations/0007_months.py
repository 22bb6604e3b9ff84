"""Indexes for a month's figures, made while the portal works."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0008_jobs"),
        ("contracts", "0013_fill_in_words"),
        ("tickets", "0006_fill_in_words"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("state__in", ["running", "waiting", "paused", "ended"])),
                fields=["provider", "due_at"],
                include=("customer",),
                name="clock_not_judged",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("responded_at__isnull", False)),
                fields=["provider", "responded_at"],
                include=("customer", "opened_at"),
                name="ticket_answered",
            ),
        ),
        AddIndexConcurrently(
            model_name="verdict",
            index=models.Index(
                fields=["provider", "due_at"],
                include=("id", "customer", "metric", "outcome", "ticket"),
                name="verdict_by_due",
            ),
        ),
    ]
