"""Files before and after a change are kept to the last byte, also where they are no text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upkeep", "0013_restores_that_saved_nothing")]

    operations = [
        migrations.AddField(
            model_name="changefile",
            name="is_binary",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
