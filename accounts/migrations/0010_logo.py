"""A picture at the head of a provider's documents."""

from django.db import migrations, models

GRANT = "GRANT UPDATE (logo_sha256) ON accounts_provider TO portal_staff"
REVOKE = "REVOKE UPDATE (logo_sha256) ON accounts_provider FROM portal_staff"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_customers_leave_and_are_audited"),
    ]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="logo_sha256",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.RunSQL(GRANT, REVOKE),
    ]
