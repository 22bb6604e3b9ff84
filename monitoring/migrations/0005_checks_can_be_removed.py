"""Staff remove a check together with what it went through, within their own tenant as ever."""

from django.db import migrations

TABLES = "monitoring_check, monitoring_statechange, monitoring_result, monitoring_incident"


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0004_following_outages"),
    ]

    operations = [
        migrations.RunSQL(
            f"GRANT DELETE ON {TABLES} TO portal_staff",
            f"REVOKE DELETE ON {TABLES} FROM portal_staff",
        ),
    ]
