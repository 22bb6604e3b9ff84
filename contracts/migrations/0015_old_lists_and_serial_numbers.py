"""Old lists lose their rows; a maker's serial number is in service once at a provider.

Actions have refused doubles since there are devices. Where two people wrote the same one down at
the same moment, the database names it here: retire one of them, then migrate again.
"""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("contracts", "0014_amendments_are_signed")]

    operations = [
        migrations.AddField(
            model_name="goodsimport",
            name="tidied_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                models.F("provider"),
                Lower("vendor"),
                models.F("serial"),
                condition=models.Q(retired_on__isnull=True) & ~models.Q(serial=""),
                name="serial_in_service_once",
            ),
        ),
    ]
