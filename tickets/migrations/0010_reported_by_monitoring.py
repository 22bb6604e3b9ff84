"""A ticket that our monitoring opens was reported by nobody."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations

import calcom_portal.common.owned


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0009_months")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="ticket",
            name="reporter",
            field=calcom_portal.common.owned.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        )
    ]
