"""Who asks whose an API key is may see whether that person still signs in, and nothing else."""

from django.db import migrations

GRANT = "GRANT SELECT (id, is_active) ON accounts_user TO portal_system"
REVOKE = "REVOKE SELECT (id, is_active) ON accounts_user FROM portal_system"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_logo"),
    ]

    operations = [
        migrations.RunSQL(GRANT, REVOKE),
    ]
