"""By what the folder of the store is known: one row, which workers read and write in their scope."""

from django.db import migrations, models

GRANT = "GRANT SELECT, INSERT, DELETE ON upkeep_storemark TO portal_system"


class Migration(migrations.Migration):
    dependencies = [("upkeep", "0008_manifests_are_objects")]

    operations = [
        migrations.CreateModel(
            name="StoreMark",
            fields=[
                ("number", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("identity", models.CharField(max_length=36)),
                ("marked_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
    ]
