"""The one clock that decides."""

from django.db import migrations


class Migration(migrations.Migration):
    """Create `portal_now()`. Tests replace its body to move time; nothing else may."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(
            "CREATE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()'",
            "DROP FUNCTION portal_now()",
        )
    ]
