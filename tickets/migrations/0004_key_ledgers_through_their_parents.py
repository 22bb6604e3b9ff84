from django.db import migrations

from calcom_portal.common.rls import KeyThroughParent


class Migration(migrations.Migration):
    """One wide key a row instead of three or four: every fact, rung and verdict costs less."""

    atomic = False

    dependencies = [("tickets", "0003_labour_and_statements")]

    operations = [
        KeyThroughParent("clock", "ticket", shared=("customer_id",)),
        KeyThroughParent("fact", "ticket", shared=("customer_id",)),
        KeyThroughParent("message", "ticket", shared=("customer_id",)),
        KeyThroughParent("watcher", "ticket", shared=("customer_id",)),
        KeyThroughParent("rung", "clock", shared=("customer_id", "ticket_id")),
        KeyThroughParent("verdict", "fact", shared=("customer_id", "ticket_id")),
        KeyThroughParent("attachment", "message", shared=("customer_id", "ticket_id")),
        # Nothing refers to clocks by the narrow key any more.
        migrations.RunSQL(
            "ALTER TABLE tickets_clock DROP CONSTRAINT IF EXISTS tickets_clock_tenant_key",
            migrations.RunSQL.noop,
        ),
    ]
