from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("upkeep", "0011_customers_read_what_is_promised"),
    ]

    operations = [
        migrations.AddField(
            model_name="restore",
            name="started",
            field=models.JSONField(null=True),
        ),
    ]
