"""Labour is found by its device, for the service history."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0010_reported_by_monitoring")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="labourentry",
            index=models.Index(
                fields=["provider", "device", "ended_at"],
                name="labour_of_device",
                condition=models.Q(device__isnull=False),
            ),
        )
    ]
