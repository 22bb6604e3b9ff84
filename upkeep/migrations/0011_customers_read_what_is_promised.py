"""Customers read what their backup plans promise: the rhythm, and nothing of the way in."""

from django.db import migrations

from calcom_portal.common.rls import OF_DEVICE_IN_REACH, NarrowTable

COLUMNS = (
    "id, provider_id, customer_id, device_id, driver, every_hours, expected_hours, made_at,"
    " paused_at"
)


class Migration(migrations.Migration):
    dependencies = [
        ("upkeep", "0010_labour_of_updates"),
    ]

    operations = [
        NarrowTable(
            "BackupPlan", customer_column="customer_id", also_for_customer=OF_DEVICE_IN_REACH
        ),
        migrations.RunSQL(
            f"GRANT SELECT ({COLUMNS}) ON upkeep_backupplan TO portal_customer",
            f"REVOKE SELECT ({COLUMNS}) ON upkeep_backupplan FROM portal_customer",  # nosec B608
        ),
    ]
