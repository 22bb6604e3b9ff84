from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("upkeep", "0012_what_a_rehearsal_started"),
    ]

    operations = [
        migrations.AddField(
            model_name="restore",
            name="saved_nothing",
            field=models.BooleanField(db_default=False),
        ),
    ]
