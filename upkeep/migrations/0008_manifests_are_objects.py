"""The manifests in the store get rows of their own, so that they are read again too.

Those of backups that are there already are adopted by the daily sweep of the store: the hash of
what lies there is learned by opening it, which no migration can.
"""

from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import TenantKey


class Migration(migrations.Migration):
    dependencies = [("upkeep", "0007_firmware_over_http")]

    operations = [
        migrations.AddField(
            model_name="storedobject",
            name="manifest_of",
            field=calcom_portal.common.owned.OwnedForeignKey(
                null=True, related_name="manifest_objects", to="upkeep.backup"
            ),
        ),
        TenantKey("storedobject", "manifest_of"),
        migrations.AddIndex(
            model_name="storedobject",
            index=models.Index(
                condition=models.Q(("manifest_of__isnull", False)),
                fields=["provider", "manifest_of"],
                name="stored_object_manifest",
            ),
        ),
    ]
