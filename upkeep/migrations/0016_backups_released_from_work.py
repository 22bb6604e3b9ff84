"""A person may say that a backup need not be kept any longer for the work around it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upkeep", "0015_answers_by_telephone")]

    operations = [
        migrations.AddField(
            model_name="backup",
            name="released_at",
            field=models.DateTimeField(null=True),
        ),
    ]
