"""Indexes for a month's figures, made while the portal works."""

from django.db import migrations, models

INDEXES = {
    "clock_not_judged": (
        "clock",
        (
            "tickets_clock (provider_id, due_at) INCLUDE (customer_id)"
            " WHERE state IN ('running', 'waiting', 'paused', 'ended')"
        ),
        models.Index(
            condition=models.Q(("state__in", ["running", "waiting", "paused", "ended"])),
            fields=["provider", "due_at"],
            include=("customer",),
            name="clock_not_judged",
        ),
    ),
    "ticket_answered": (
        "ticket",
        (
            "tickets_ticket (provider_id, responded_at) INCLUDE (customer_id, opened_at)"
            " WHERE responded_at IS NOT NULL"
        ),
        models.Index(
            condition=models.Q(("responded_at__isnull", False)),
            fields=["provider", "responded_at"],
            include=("customer", "opened_at"),
            name="ticket_answered",
        ),
    ),
    "verdict_by_due": (
        "verdict",
        (
            "tickets_verdict (provider_id, due_at)"
            " INCLUDE (id, customer_id, metric, outcome, ticket_id)"
        ),
        models.Index(
            fields=["provider", "due_at"],
            include=("id", "customer", "metric", "outcome", "ticket"),
            name="verdict_by_due",
        ),
    ),
}


class Migration(migrations.Migration):
    """Outside a transaction: CONCURRENTLY asks for it."""

    atomic = False
    dependencies = [("tickets", "0008_approval_of_changes")]
    operations = [
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {columns}",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            state_operations=[migrations.AddIndex(model, index)],
        )
        for name, (model, columns, index) in INDEXES.items()
    ]
