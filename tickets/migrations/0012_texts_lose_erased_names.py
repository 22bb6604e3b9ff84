"""Names of a former customer's people can be taken out of the texts of messages."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0011_labour_of_a_device")]

    operations: ClassVar = [
        migrations.RunSQL(
            "GRANT UPDATE (text, html) ON tickets_message TO portal_staff",
            "REVOKE UPDATE (text, html) ON tickets_message FROM portal_staff",
        )
    ]
